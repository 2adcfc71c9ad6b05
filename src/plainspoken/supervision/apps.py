from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "plainspoken.supervision"
    label = "supervision"

    def ready(self) -> None:
        from plainspoken.supervision import actions, measures, safekeeping, survey  # noqa: F401
