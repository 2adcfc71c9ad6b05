"""Who sees a conversation, by lists, counts and the one door."""

import pytest
from django.http import Http404

import mailroom
import world
from plainspoken.cases.actions import ownership
from plainspoken.channels import actions as channels
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import access, clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Read
from plainspoken.work import actions as work

pytestmark = pytest.mark.usefixtures("mailbox")
EVERYBODY = ("li", "wang", "xin", "zhao", "chen", "qian", "zhou", "sun", "admin")
OPENER = work.REPORTER


@pytest.fixture
def conversation() -> Conversation:
    """One that came to customer service, the department."""
    return mailroom.received().conversation


def seers() -> set[str]:
    return {name for name in EVERYBODY if count(world.actor(name))}


def count(by: Actor) -> int:
    return access.visible(Conversation.objects.all(), by).count()


@pytest.mark.duty("5.1.4b")
def test_the_unit_that_works_on_it_and_the_supervisor_see_it(conversation: Conversation) -> None:
    assert seers() == {"li", "wang", "xin", "zhao", "sun"}


def test_what_is_a_teams_is_seen_by_the_team_and_the_head_above(conversation: Conversation) -> None:
    channels.put_mailbox(
        world.unit("cs-team-1"),
        by=mailroom.OPENER,
        address=mailroom.ADDRESS,
        name_zh="客服",
        name_en="Service",
    )
    mailroom.arrives(mailroom.mail("一组的"))
    team = Conversation.objects.get(units__unit=world.unit("cs-team-1"))
    mine = {
        name
        for name in EVERYBODY
        if access.visible(Conversation.objects.filter(pk=team.pk), world.actor(name))
    }
    assert mine == {"li", "wang", "xin", "zhao", "sun"}


def test_forwarded_the_other_unit_sees_it_too_and_goes_on_seeing_it(conversation: Conversation) -> None:
    send.forward_inside(conversation, by=world.actor("li"), to=world.unit("personal-finance"), text="请看")
    assert seers() == {"li", "wang", "xin", "zhao", "sun", "chen", "qian"}
    send.forward_inside(conversation, by=world.actor("chen"), to=world.unit("customer-service"), text="已看")
    assert "chen" in seers()


def test_its_owner_sees_it_wherever_the_owner_is(conversation: Conversation) -> None:
    ownership.assign(conversation.cases.get(), by=world.actor("zhao"), owner=world.person("zhou"))
    assert "zhou" in seers()
    assert "chen" not in seers()


def test_whom_a_task_names_sees_it_until_the_task_is_done(conversation: Conversation) -> None:
    about = conversation.cases.get()
    task = work.open_task(
        world.unit("marketing"), by=OPENER, kind=work.STUCK.code, about=about, owner=world.person("chen")
    )
    assert "chen" in seers()
    work.finish(task, by=world.actor("chen"), proof="看过了")
    assert "chen" not in seers()


def test_a_task_on_the_conversation_itself_names_as_well(conversation: Conversation) -> None:
    work.open_task(
        world.unit("marketing"),
        by=OPENER,
        kind=work.STUCK.code,
        about=conversation,
        owner=world.person("admin"),
    )
    assert "admin" in seers()


@pytest.mark.duty("5.4.3a")
@pytest.mark.parametrize("name", ["li", "zhao", "sun"])
def test_the_excluded_see_nothing_whatever_their_post(conversation: Conversation, name: str) -> None:
    ownership.assign(conversation.cases.get(), by=world.actor("zhao"), owner=world.person("li"))
    conversation.exclusions.create(person=world.person(name), since=clock.now())
    assert seers() == {"li", "wang", "xin", "zhao", "sun"} - {name}
    with pytest.raises(Http404):
        access.open(Conversation.objects.all(), conversation.pk, world.actor(name))


def test_each_is_counted_once_however_many_reasons_there_are(conversation: Conversation) -> None:
    li = world.actor("li")
    ownership.assign(conversation.cases.get(), by=world.actor("zhao"), owner=world.person("li"))
    send.forward_inside(conversation, by=li, to=world.unit("cs-team-1"), text="给一组")
    work.open_task(
        world.unit("marketing"), by=OPENER, kind=work.STUCK.code, about=conversation, owner=world.person("li")
    )
    mailroom.received(subject="另一个")
    assert count(li) == 2
    assert count(world.actor("sun")) == 2


def test_the_one_door_notes_who_came_in_and_stays_shut_for_others(conversation: Conversation) -> None:
    conversations = Conversation.objects.all()
    assert access.open(conversations, conversation.pk, world.actor("li")) == conversation
    with pytest.raises(Http404):
        access.open(conversations, conversation.pk, world.actor("chen"))
    noted = Read.objects.get()
    assert (noted.actor_id, noted.actor_post, noted.subject_id) == (
        world.person("li").pk,
        "cs-agent",
        conversation.pk,
    )
