"""Permissions of surveys."""

from gongdan.kernel.permissions import declare

declare({"survey.view": ("查看评价", "See ratings"), "survey.send": ("发送评价链接", "Send survey links")})
