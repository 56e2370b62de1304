"""Django app of the dispatch slice."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "gongdan.dispatch"
    label = "dispatch"
