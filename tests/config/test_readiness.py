"""What keeps a start from serving, each said with what to do."""

import re

import pytest
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from plainspoken.config import readiness
from plainspoken.config.commands import migrate
from plainspoken.config.errors import CannotStart
from plainspoken.kernel import clock, deadlines
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Checkpoint, Entry
from plainspoken.organization import targets
from plainspoken.organization.models import Firm, Role, Target, Unit

DECISION = deadlines.kind("tests.readiness.decision", "测试期限", duties=[])
targets.bind(DECISION.code, "CN-BI-15")
FOREIGN_KEY = "00112233445566aa"


@pytest.fixture
def unfounded(db: None) -> Firm:
    return Firm.objects.get_or_create(defaults={"id": uuid7()})[0]


def refused(error: type[CannotStart] = CannotStart) -> str:
    with pytest.raises(error) as caught:
        readiness.check()
    return str(caught.value)


def promise(amount: int, channel: str = "") -> None:
    Target.objects.create(
        id=uuid7(), kind=DECISION.code, channel=channel, amount=amount, counted_in="natural_days"
    )


def test_a_sound_firm_is_served(firm: Firm) -> None:
    promise(15)
    readiness.check()


def test_a_database_without_a_firm_says_what_to_run(unfounded: Firm) -> None:
    told = refused(readiness.NoFirm)
    assert "plainspoken firm apply FILE" in told
    assert "plainspoken firm password USERNAME" in told


def test_for_a_demo_it_says_how_the_demo_comes_there(unfounded: Firm, settings: Settings) -> None:
    settings.DEMO = True
    assert "plainspoken migrate --demo" in refused(readiness.NoFirm)


def test_a_firm_without_a_legal_entity_is_none_yet(unfounded: Firm) -> None:
    Firm.objects.update(name_zh="示范银行", name_en="Example Bank")
    assert not Unit.objects.exists()
    refused(readiness.NoFirm)


def test_a_demo_firm_is_served_as_a_demo_only(firm: Firm, settings: Settings) -> None:
    Firm.objects.update(demo=True)
    told = refused()
    assert "holds the demo firm Haian Bank" in told
    assert "--demo" in told
    settings.DEMO = True
    readiness.check()


def test_a_real_firm_never_becomes_a_demo(firm: Firm, settings: Settings) -> None:
    settings.DEMO = True
    assert "holds Haian Bank, which is no demo" in refused()
    with pytest.raises(CannotStart, match="which is no demo"):
        migrate._bring_up_to_date()


@pytest.mark.duty("4.1.2b")
def test_a_target_that_the_law_no_longer_allows_is_named(firm: Firm) -> None:
    promise(14)
    promise(16, "email")
    told = refused()
    line = f"{DECISION.code} (email): 16 natural days; the law allows 15 in natural days"
    assert re.search(rf"^  {re.escape(line)} \(银保监会令2020年第3号, article .+\)$", told, re.MULTILINE)
    assert "14" not in told
    assert "plainspoken firm apply FILE" in told


def test_tables_of_an_older_release_are_refused(firm: Firm) -> None:
    MigrationRecorder.Migration.objects.filter(app="supervision").delete()
    assert "plainspoken migrate" in refused()


def test_a_ledger_of_other_keys_is_refused(firm: Firm) -> None:
    facts = {"root": b"\0" * 32, "algorithm": "ed25519", "signature": b"\0" * 64}
    Checkpoint.objects.create(size=2**40, at=clock.now(), key=FOREIGN_KEY, **facts)
    told = refused()
    assert FOREIGN_KEY in told
    assert "PLAINSPOKEN_SECRETS_FILE" in told


def test_a_new_release_brings_its_roles_to_a_firm(firm: Firm) -> None:
    Role.objects.filter(code="agent").update(permissions=[])
    began = clock.now()
    migrate._bring_up_to_date()
    assert "cases.inquiry.answer" in Role.objects.get(code="agent").permissions
    [entry] = Entry.objects.filter(code="organization.role.put", at__gte=began)
    assert entry.actor_kind == "system"


def test_without_a_firm_it_brings_none(unfounded: Firm) -> None:
    migrate._bring_up_to_date()
    assert not Role.objects.exists()
