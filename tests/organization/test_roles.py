"""What the shipped roles may do, as a committed snapshot: a change of it is a change to be reviewed.

Written anew by `PLAINSPOKEN_SNAPSHOTS=write pytest tests/organization/test_roles.py`.
"""

import json
import os
from pathlib import Path

import pytest

import world
from plainspoken.kernel import action
from plainspoken.kernel.models import Entry
from plainspoken.organization import firmfile, permissions, roles
from plainspoken.organization.models import Role

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "roles.json"


def matrix() -> dict[str, list[str]]:
    """Every permission there is, with the roles that hold it."""
    ours = {code for code in action.specs if not code.startswith("tests.")} | permissions.SEE
    return {
        code: sorted(role.code for role in roles.shipped() if code in role.permissions)
        if code not in permissions.OWN
        else ["everybody, for themselves"]
        for code in sorted(ours)
    }


def test_the_matrix_is_the_committed_one():
    written = json.dumps(matrix(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(written, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("role", roles.shipped(), ids=lambda role: role.code)
def test_each_permission_stands_for_something(role):
    assert permissions.unknown(role.permissions) == []


def test_what_everybody_may_stands_for_something():
    assert permissions.unknown(permissions.OWN) == []


@pytest.mark.duty("5.4.3a")
def test_the_administrator_reads_no_conversation_and_the_supervisor_changes_nothing():
    held = {role.code: role for role in roles.shipped()}
    assert not held["administrator"].sees_all
    assert not [code for code in held["administrator"].permissions if code.startswith("conversations.")]
    assert [role.code for role in roles.shipped() if role.sees_all] == ["supervisor"]


def test_a_new_release_brings_its_roles_and_leaves_the_firms_own(firm):
    Role.objects.filter(code="agent").update(permissions=[])
    Role.objects.filter(code="head").update(permissions=[], shipped=False)
    assert roles.put_shipped(by=firmfile.actor()) == [("agent", False)]
    assert Role.objects.get(code="agent").permissions
    assert Role.objects.get(code="head").permissions == []
    before = Entry.objects.count()
    assert roles.put_shipped(by=firmfile.actor()) == []
    assert Entry.objects.count() == before
    assert world.entries("organization.role.put")[-1].code == "organization.role.put"
