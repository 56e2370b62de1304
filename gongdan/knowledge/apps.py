"""Django app of the knowledge slice."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "gongdan.knowledge"
    label = "knowledge"
