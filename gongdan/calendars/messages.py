"""Words of calendars."""

from gongdan.kernel.messages import register

register({"calendar_wrong": ("日历有误：{reason}", "The calendar is wrong: {reason}")})
