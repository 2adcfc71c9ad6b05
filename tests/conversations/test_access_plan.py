"""How PostgreSQL finds out who sees what: by the rows of a page, not by everything a unit ever worked on."""

import re

import pytest

import mailroom
import world
from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import access


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Case, Conversation])
def test_who_sees_a_row_is_looked_up_for_each(model: type[Case] | type[Conversation]) -> None:
    mailroom.opened()
    plan = access.visible(model._default_manager.all(), world.actor("li")).explain(analyze=True)
    assert "conversationunit" in plan
    hashed = re.findall(r"hashed SubPlan (\d+)", plan)
    read_whole = [re.findall(rf"SubPlan {number}\n.* on (\w+)", plan)[0] for number in hashed]
    assert set(read_whole) <= {"work_task"}, (
        "The tasks of a person are few; what a unit worked on grows for ever."
    )
