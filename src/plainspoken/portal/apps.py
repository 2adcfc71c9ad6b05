from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "plainspoken.portal"
    label = "portal"

    def ready(self) -> None:
        from plainspoken.portal import actions  # noqa: F401
