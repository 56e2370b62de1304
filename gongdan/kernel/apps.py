"""Django app of the kernel's own tables."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "gongdan.kernel"
    label = "kernel"
