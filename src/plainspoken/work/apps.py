from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "plainspoken.work"
    label = "work"

    def ready(self) -> None:
        from plainspoken.work import access, actions, live, reactions  # noqa: F401
