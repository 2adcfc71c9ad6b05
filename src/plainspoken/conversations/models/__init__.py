from plainspoken.conversations.models.conversation import (
    Conversation,
    ConversationUnit,
    Exclusion,
    Participant,
)
from plainspoken.conversations.models.message import Attachment, Message
from plainspoken.conversations.models.outgoing import OUTGOING, Draft, Outgoing

__all__ = [
    "OUTGOING",
    "Attachment",
    "Conversation",
    "ConversationUnit",
    "Draft",
    "Exclusion",
    "Message",
    "Outgoing",
    "Participant",
]
