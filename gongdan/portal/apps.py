"""Django app of the portal slice."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gongdan.portal"
    label = "portal"
