"""Django app of the sla slice."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "gongdan.sla"
    label = "sla"
