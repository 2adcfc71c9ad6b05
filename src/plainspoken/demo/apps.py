from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "plainspoken.demo"
    label = "demo"
