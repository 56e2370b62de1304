"""Django app of the customers slice."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "gongdan.customers"
    label = "customers"
