"""Django app of the assets slice."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "gongdan.assets"
    label = "assets"
