from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "plainspoken.channels"
    label = "channels"

    def ready(self) -> None:
        from plainspoken.channels import actions  # noqa: F401
