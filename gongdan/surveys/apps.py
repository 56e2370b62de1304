"""Django app of the surveys slice."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "gongdan.surveys"
    label = "surveys"
