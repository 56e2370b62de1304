"""Words of files."""

from gongdan.kernel.messages import register

register(
    {
        "file_too_large": ("文件超过 {limit} MB 上限。", "The file is over the limit of {limit} MB."),
        "file_empty": ("文件是空的。", "The file is empty."),
        "file_incomplete": ("上传中断，请重新上传。", "The upload broke off; please send it again."),
        "file_quarantined": (
            "文件被安全检查拦截，不能下载。",
            "The file is quarantined and cannot be downloaded.",
        ),
        "file_name_missing": ("缺少文件名。", "The file needs a name."),
    }
)
