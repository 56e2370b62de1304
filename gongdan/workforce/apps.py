"""Django app of the workforce slice."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "gongdan.workforce"
    label = "workforce"
