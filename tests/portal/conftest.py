"""A case whose answer has reached the customer, and the address that was in it."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

if TYPE_CHECKING:
    from plainspoken.cases.models import Case


@pytest.fixture
def case(db: None) -> "Case":
    """Answered; the answer has left with the question whether it is solved."""
    import story

    story.set_up()
    return story.answered()


@pytest.fixture
def closed(db: None) -> "Case":
    """Closed; the customer has been asked for a rating."""
    import story

    story.set_up()
    case = story.closed()
    story.let_leave()
    return case


@pytest.fixture
def path() -> Callable[..., str]:
    """The path of the newest link of a purpose that the customer of the case was given."""
    from plainspoken.customers import links
    from plainspoken.customers.models import Link

    def newest(case: "Case", purpose: str) -> str:
        link = Link.objects.filter(subject_id=case.pk, purpose=purpose).latest("made_at")
        return urlsplit(links.address(link)).path

    return newest


@pytest.fixture
def visitor(db: None) -> Client:
    """A customer's browser: no sign-in, and every check of a real one."""
    cache.clear()
    return Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"})
