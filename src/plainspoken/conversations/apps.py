from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "plainspoken.conversations"
    label = "conversations"

    def ready(self) -> None:
        from plainspoken.conversations import access, controls, indexing, live, outbox, traffic  # noqa: F401
        from plainspoken.conversations.actions import drafts, notes, outgoing, receive, send, start  # noqa: F401
