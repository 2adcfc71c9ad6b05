from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "plainspoken.kernel"
    label = "kernel"

    def ready(self) -> None:
        from django.conf import settings

        from plainspoken.kernel import chores, clock, deliveries, ladder, sealing, served  # noqa: F401

        if settings.TEST_CLOCK:
            clock.follow(settings.TEST_CLOCK)
