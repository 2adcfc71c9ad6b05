from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "plainspoken.desk"
    label = "desk"

    def ready(self) -> None:
        from plainspoken.desk import actions  # noqa: F401
