"""Permissions of files."""

from gongdan.kernel.permissions import declare

declare({"file.view": ("查看附件", "See files"), "file.add": ("上传附件", "Upload files")})
