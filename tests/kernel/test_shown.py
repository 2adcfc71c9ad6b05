"""What a row was when somebody looked at it, told from what it is now."""

import pytest

import world
from plainspoken.kernel import shown
from plainspoken.kernel.errors import Refused
from plainspoken.organization.models import Post, Role

pytestmark = pytest.mark.usefixtures("firm")


def test_the_same_row_has_one_version_and_a_changed_one_another() -> None:
    before = shown.version(world.unit("haian"))
    assert shown.version(world.unit("haian")) == before
    unit = world.unit("haian")
    unit.name_en = "Other"
    assert shown.version(unit) != before


def test_what_a_row_is_tied_to_is_part_of_its_version() -> None:
    post = Post.objects.get(code="cs-agent")
    before = shown.version(post)
    post.roles.add(Role.objects.get(code="head"))
    assert shown.version(post) != before


def test_nothing_has_an_empty_version() -> None:
    assert shown.version(None) == ""


def test_who_has_not_looked_overwrites() -> None:
    shown.check(world.unit("haian"), None)


@pytest.mark.parametrize(("seen", "why"), [("", "code_taken"), ("another", "changed_meanwhile")])
def test_who_looked_at_something_else_is_refused(seen: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        shown.check(world.unit("haian"), seen)


def test_what_was_taken_away_meanwhile_is_not_made_anew() -> None:
    with pytest.raises(Refused, match="changed_meanwhile"):
        shown.check(None, "a version")
