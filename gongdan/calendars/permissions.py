"""Permissions of calendars."""

from gongdan.kernel.permissions import declare

declare({"calendar.view": ("查看日历", "See calendars"), "calendar.edit": ("管理日历", "Manage calendars")})
