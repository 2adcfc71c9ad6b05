from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "plainspoken.portal"
    label = "portal"
