from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "plainspoken.rulebook"
    label = "rulebook"
