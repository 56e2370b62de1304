"""Django app of the desk slice."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "gongdan.desk"
    label = "desk"
