from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "plainspoken.content"
    label = "content"

    def ready(self) -> None:
        from plainspoken.content import actions  # noqa: F401
