"""Django app of the insight slice."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "gongdan.insight"
    label = "insight"
