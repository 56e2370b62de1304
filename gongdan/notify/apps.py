"""Django app of the notify slice."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "gongdan.notify"
    label = "notify"
