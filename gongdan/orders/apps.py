"""Django app of the orders slice."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "gongdan.orders"
    label = "orders"
