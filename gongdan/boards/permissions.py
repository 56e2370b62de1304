"""Permissions of boards."""

from gongdan.kernel.permissions import declare

declare({"board.view": ("查看看板", "See boards"), "board.limit": ("设置看板在制上限", "Set the limits of a board")})
