"""Django app of the calendars slice."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "gongdan.calendars"
    label = "calendars"
