"""Permissions of boards."""

from gongdan.kernel.permissions import declare

declare({"board.view": ("查看看板", "See boards")})
