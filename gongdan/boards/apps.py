"""Django app of the boards slice."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "gongdan.boards"
    label = "boards"
