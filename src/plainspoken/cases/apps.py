from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "plainspoken.cases"
    label = "cases"

    def ready(self) -> None:
        from plainspoken.cases import access, controls, intake, live, measures, reactions  # noqa: F401
        from plainspoken.cases.actions import (  # noqa: F401
            answering,
            follow_up,
            hand_over,
            joining,
            merging,
            ownership,
            tags,
            triage,
        )
