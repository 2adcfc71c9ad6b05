"""The API attacked by its own description: whatever is sent, it answers as it says it answers.

Schemathesis makes requests that fit the document and requests that do not; half of them name real rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

import programs
import story
from plainspoken.kernel import action
from plainspoken.kernel.models import Entry
from plainspoken.organization import permissions
from plainspoken.organization.actions import posts
from plainspoken.organization.models import Firm
from programs import Program

pytestmark = pytest.mark.django_db
EXAMPLES = 6


@schemathesis.serializer("message/rfc822")
def mail(context: Any, value: Any) -> bytes:
    """As it stands, when it is bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


DESCRIBED = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
OPERATIONS = {one.ok().label: one.ok() for one in DESCRIBED.get_all_operations()}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ATTACK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@contextmanager
def connection_kept() -> Iterator[None]:
    """As Django's test client does: a request does not end the transaction that the test stands in."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture(scope="module")
def attacked(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Program, dict[str, list[str]]]]:
    """A program that may do everything, and the ids of rows in many states. Told once for the module."""
    with django_db_blocker.unblock(), connection_kept(), transaction.atomic():
        story.set_up()
        every = sorted({*action.specs, *permissions.SEE})
        firm, names = Firm.objects.get(), {"name_zh": "全部", "name_en": "All"}
        posts.put_role(firm, by=story.everything(), code="all", permissions=every, **names)
        cases = [story.received(), story.triaged(), story.asked(), story.answered(), story.dismissed()]
        ids = {
            "case_id": [str(case.pk) for case in cases],
            "customer_id": [str(cases[0].customer_id)],
            "mailbox_id": [str(cases[0].conversation.mailbox_id)],
            "entry_id": [str(entry.pk) for entry in Entry.objects.order_by("at")[:3]],
        }
        yield programs.connected("all", unit="haian"), ids
        transaction.set_rollback(True)


def requests(label: str, mode: GenerationMode, ids: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """Of the operation, as schemathesis thinks them out; half of them about a row that is there."""
    operation = OPERATIONS[label]
    name = next((one for one in ids if f"{{{one}}}" in label), None)
    anything = operation.as_strategy(mode)
    if name is None:
        return anything
    about = st.sampled_from(ids[name])
    real = about.flatmap(lambda key: operation.as_strategy(mode, path_parameters={name: key}))
    return st.one_of(anything, real)


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_it_answers_as_it_says(label: str, mode: GenerationMode, attacked: Any) -> None:
    program, ids = attacked

    @ATTACK
    @given(requests(label, mode, ids))
    def attack(asked: Any) -> None:
        asked.call_and_validate(headers={"Authorization": f"Bearer {program.token}"}, checks=CHECKS)

    attack()


@pytest.mark.parametrize("label", OPERATIONS)
def test_without_a_token_nothing_is_told(label: str, attacked: Any) -> None:
    @settings(ATTACK, max_examples=2)
    @given(requests(label, GenerationMode.POSITIVE, attacked[1]))
    def attack(asked: Any) -> None:
        answer = asked.call(headers={"Authorization": "Bearer nothing"})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == ["application/problem+json"]

    attack()
