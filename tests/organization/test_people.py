import pytest
from django.db import IntegrityError, transaction

import world
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Opening
from plainspoken.organization.actions.people import change_password, put_person, set_password
from plainspoken.organization.models import Person

NEW = "three green lanterns"


def test_a_person_is_put_and_changed(firm):
    admin = world.actor("admin")
    put_person(firm, by=admin, username="wu", name_zh="吴昊", name_en="Wu Hao")
    put_person(firm, by=admin, username="wu", name_zh="吴昊", name_en="Wu Hao", may_sign_in=False)
    wu = world.person("wu")
    assert not wu.is_active
    assert not wu.check_password("")
    assert len(world.entries("organization.person.put")) == 11


def test_names_of_people_are_not_hashed_as_they_are(firm):
    put_person(firm, by=world.actor("admin"), username="wu", name_zh="吴昊", name_en="Wu Hao")
    entry = world.entries("organization.person.put")[-1]
    assert "吴昊" not in bytes(entry.body).decode()
    assert Opening.objects.get(entry_id=entry.pk).values["name_zh"][1] == "吴昊"


def test_refused_by_role(firm):
    with pytest.raises(PermissionDenied):
        put_person(firm, by=world.actor("zhao"), username="wu", name_zh="吴昊", name_en="Wu Hao")
    with pytest.raises(PermissionDenied):
        set_password(world.person("li"), by=world.actor("zhao"), password=NEW)
    assert world.entries("organization.person.set_password", "permission_denied")


@pytest.mark.parametrize("username", ["Wu", "wu hao", "", "吴", "-wu"])
def test_a_username_is_plain(firm, username):
    with pytest.raises(Refused, match="username_unfit"):
        put_person(firm, by=world.actor("admin"), username=username, name_zh="吴昊", name_en="Wu Hao")
    person = world.person("li")
    person.username = username
    with pytest.raises(IntegrityError, match="username_plain"), transaction.atomic():
        person.save(update_fields=["username"])


def test_an_administrator_sets_a_password_which_stands_nowhere(firm):
    set_password(world.person("li"), by=world.actor("admin"), password=NEW)
    assert world.person("li").check_password(NEW)
    entry = world.entries("organization.person.set_password")[-1]
    assert NEW not in str(Opening.objects.get(entry_id=entry.pk).values) + bytes(entry.body).decode()


@pytest.mark.parametrize("password", ["short", "password1234", "li-min-li-min"])
def test_a_weak_password_is_refused(firm, password):
    Person.objects.filter(username="li").update(name_en="li-min-li-min")
    with pytest.raises(Refused, match="password_weak"):
        set_password(world.person("li"), by=world.actor("admin"), password=password)


def test_one_changes_only_ones_own(firm):
    change_password(world.person("li"), by=world.actor("li"), password=NEW)
    assert world.person("li").check_password(NEW)
    with pytest.raises(Refused, match="not_your_password"):
        change_password(world.person("li"), by=world.actor("wang"), password="four red lanterns")
    assert world.entries("organization.person.change_password", "not_your_password")
