"""Django app of the blueprints slice."""

from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "gongdan.blueprints"
    label = "blueprints"
