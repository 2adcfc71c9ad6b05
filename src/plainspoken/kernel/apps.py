from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "plainspoken.kernel"
    label = "kernel"

    def ready(self) -> None:
        from plainspoken.kernel import chores, deliveries, ladder, sealing, served  # noqa: F401
