"""Django app of the channels slice."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "gongdan.channels"
    label = "channels"
