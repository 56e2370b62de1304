"""Words of files."""

from gongdan.kernel.messages import register

register(
    {
        "file_too_large": (
            "文件超过 {limit} MB 上限，请压缩或分开上传。",
            "The file is over the limit of {limit} MB; make it smaller.",
        ),
        "file_empty": ("文件是空的。", "The file is empty."),
        "file_incomplete": ("上传中断，请重新上传。", "The upload broke off; please send it again."),
        "file_quarantined": ("文件被安全检查拦截，不能下载。", "The file is quarantined and cannot be downloaded."),
        "file_name_missing": ("缺少文件名。", "The file needs a name."),
        "file_unfinished": ("文件还没有传完。", "The file has not arrived completely yet."),
        "file_bytes_missing": (
            "文件内容不在存储中，请联系管理员从备份恢复。",
            "The file's bytes are not in the store; ask your administrator to restore them.",
        ),
        "file_length_missing": (
            "请先说明文件大小：Content-Length，或分块发送时用 ?size=。",
            "Say how long the file is: Content-Length, or ?size= when the body comes in chunks.",
        ),
        "file_part_number": ("分片序号应在 1 到 {of} 之间，最多 {most} 片。", "Parts are numbered from 1 to {of}, at most {most}."),
        "file_not_yours": (
            "附件不存在，或不是您上传的文件。",
            "There is no such file, or you may not attach it: upload it first.",
        ),
    }
)
