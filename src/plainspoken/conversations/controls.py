"""Which rules of the conversations' tables serve which duties."""

from plainspoken.kernel import controls

controls.register("constraint", "conversations_message_staff_has_author", ["2b"])
controls.register("constraint", "conversations_exclusion_once", ["5.4.3a"])
