"""Django app of the simulator: no tables, but jobs and words of its own."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "gongdan.simulator"
    label = "simulator"
