"""Django app of the files slice."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "gongdan.files"
    label = "files"
