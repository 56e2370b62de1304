"""Words of refused portal forms."""

from gongdan.kernel.messages import register

register(
    {
        "portal_files_most": ("最多上传 {most} 个文件。", "At most {most} files can be sent."),
        "portal_file_kind": (
            "「{name}」不是照片、视频或 PDF，请换一个文件。",
            "“{name}” is no picture, film or PDF; choose another file.",
        ),
    }
)
