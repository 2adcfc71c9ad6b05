from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "plainspoken.desk"
    label = "desk"
