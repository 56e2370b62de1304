"""Django app of the onboarding slice."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "gongdan.onboarding"
    label = "onboarding"
