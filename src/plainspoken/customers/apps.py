from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "plainspoken.customers"
    label = "customers"

    def ready(self) -> None:
        from plainspoken.customers import access, actions, controls  # noqa: F401
