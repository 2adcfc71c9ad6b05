from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OrganizationConfig(AppConfig):
    name = "plainspoken.organization"
    label = "organization"

    def ready(self) -> None:
        from plainspoken.organization import live  # noqa: F401
        from plainspoken.organization.actions import absences, second_factors, sessions  # noqa: F401
        from plainspoken.organization.firmfile import calendars, people, structure  # noqa: F401

        autodiscover_modules("firmfile")
