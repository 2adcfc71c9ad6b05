"""Checkpoints kept outside: set up, brought each day, troubles before the administrators, and what they later show."""

import json
from base64 import b64encode
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.urls import reverse

import filling
import mailroom
import sending
import smtp_peer
import world
from plainspoken.channels.models import Mailbox
from plainspoken.config.commands import verify as command
from plainspoken.kernel import clock, drain, exporting, outside, proofs, verify
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Checkpoint
from plainspoken.organization import firmfile
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Firm
from plainspoken.supervision import actions, safekeeping
from plainspoken.supervision.models import Place
from plainspoken.work.models import Task

pytestmark = pytest.mark.usefixtures("mailbox")
PLACES = "supervision.places"
DAY = timedelta(days=1)


@pytest.fixture
def worm(tmp_path: Path) -> Path:
    (tmp_path / "worm").mkdir()
    return tmp_path / "worm"


@pytest.fixture
def place(worm: Path) -> Place:
    """A folder outside, and something sealed to keep in it."""
    placed = put(folder=str(worm))
    drain.run_until_empty("sealing")
    return placed


def put(**given: Any) -> Place:
    return actions.put(Firm.objects.get(), by=world.actor("admin"), **{"after_entries": 1_000, **given})


def kept(folder: Path) -> list[int]:
    return [json.loads(file.read_text())["size"] for file in sorted(folder.iterdir())]


def newest() -> int:
    return Checkpoint.objects.order_by("-size")[0].size


def pressed(place: Place) -> Any:
    return world.client("admin").post(reverse("supervision.place.keep", args=[place.pk]), follow=True)


def test_a_folder_and_an_address_are_set_up_on_screen(worm: Path, mailbox: Mailbox) -> None:
    browser = world.client("admin")
    made = filling.send(browser, reverse("supervision.place.add_folder"), folder=str(worm))
    letters = filling.send(
        browser,
        reverse("supervision.place.add_address"),
        address="auditor@example.com",
        mailbox=mailbox.pk,
        after_entries=500,
    )
    assert (made.status_code, letters.status_code) == (303, 303)
    rows = Place.objects.order_by("address").values_list(
        "folder", "address", "mailbox__address", "after_entries"
    )
    assert list(rows) == [(str(worm), "", None, 10_000), ("", "auditor@example.com", mailroom.ADDRESS, 500)]
    page = browser.get(reverse(PLACES)).content.decode()
    assert str(worm) in page
    assert len(world.entries("supervision.place.put")) == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "folder_or_address"),
        ({"folder": "/mnt/worm", "address": "a@example.com"}, "folder_or_address"),
        ({"address": "a@example.com"}, "mailbox_missing"),
        ({"folder": "worm"}, "folder_not_absolute"),
        ({"folder": "/mnt/../" + "{home}/blobs"}, "folder_inside"),
    ],
)
def test_what_is_no_place_is_refused(given: dict[str, str], code: str, settings: Any) -> None:
    given = {name: value.replace("{home}", str(settings.HOME)) for name, value in given.items()}
    with pytest.raises(Refused) as refused:
        put(**given)
    assert refused.value.code == code
    assert world.entries("supervision.place.put", code)


def test_a_place_is_changed_and_removed(place: Place) -> None:
    browser, address = world.client("admin"), reverse("supervision.place.put", args=[place.pk])
    assert filling.send(browser, address, after_entries=7, folder="/elsewhere").status_code == 303
    place.refresh_from_db()
    assert (place.after_entries, place.folder.endswith("worm")) == (7, True)
    actions.note_trouble(place, by=safekeeping.KEEPER, trouble=Place.Trouble.FOLDER)
    assert browser.post(reverse("supervision.place.remove", args=[place.pk])).status_code == 303
    assert not Place.objects.exists()
    drain.run_until_empty("subscriptions")
    assert Task.objects.get(kind=actions.NOT_KEPT.code).state != "open"


def test_two_who_change_a_place_are_told_of_each_other(place: Place) -> None:
    browser, address = world.client("admin"), reverse("supervision.place.put", args=[place.pk])
    shown = filling.shown(browser.get(address).context["form"])
    put(folder=place.folder, after_entries=7)
    answer = browser.post(address, {**shown, "after_entries": "8"})
    assert answer.status_code == 422
    assert world.entries("supervision.place.put", "changed_meanwhile")


def test_the_newest_checkpoint_is_brought_once(place: Place, worm: Path) -> None:
    drain.run_until_empty("safekeeping")
    assert kept(worm) == [newest()]
    place.refresh_from_db()
    assert (place.kept_size, place.trouble) == (newest(), "")
    entry = world.entries("supervision.place.keep")[0]
    assert entry.actor_id == safekeeping.KEEPER.id
    drain.run_until_empty("sealing", "safekeeping")
    assert len(kept(worm)) == 1


def test_another_is_brought_the_next_day_or_after_many_entries(place: Place, worm: Path) -> None:
    drain.run_until_empty("sealing", "safekeeping")
    with clock.moved(clock.now() + DAY):
        drain.run_until_empty("sealing", "safekeeping")
    assert len(kept(worm)) == 2
    put(folder=place.folder, after_entries=1)
    drain.run_until_empty("sealing")
    safekeeping.keep_due()
    assert len(kept(worm)) == 3


def test_a_letter_brings_the_checkpoint(place: Place, tmp_path: Path) -> None:
    with smtp_peer.serving(smtp_peer.Peer()) as peer:
        sending.through(peer)
        mailbox = Mailbox.objects.get(address=mailroom.ADDRESS)
        put(address="auditor@example.com", mailbox=mailbox)
        drain.run_until_empty("safekeeping")
    (received,) = peer.received
    assert received.recipients == ["auditor@example.com"]
    (attached,) = received.mail.iter_attachments()
    assert isinstance(attached, EmailMessage)
    folder = tmp_path / "received"
    folder.mkdir()
    (folder / str(attached.get_filename())).write_bytes(attached.get_payload(decode=True))
    assert outside.compare(folder) == outside.Agreement(1, newest())


def test_a_folder_that_is_gone_is_a_task_until_it_is_back(place: Place, worm: Path) -> None:
    worm.rmdir()
    drain.run_until_empty("safekeeping")
    place.refresh_from_db()
    assert place.trouble == "folder_gone"
    (task,) = Task.objects.filter(kind=actions.NOT_KEPT.code, state="open")
    assert task.unit == organization.administration()
    page = world.client("admin").get(reverse("desk.task", args=[task.pk])).content.decode()
    assert place.folder in page
    worm.mkdir()
    drain.run_until_empty("safekeeping")
    assert kept(worm) == []
    with clock.moved(clock.now() + safekeeping.TRIED_AGAIN_AFTER):
        drain.run_until_empty("safekeeping", "subscriptions")
    assert len(kept(worm)) == 1
    assert not Task.objects.filter(kind=actions.NOT_KEPT.code, state="open").exists()


def test_another_checkpoint_in_its_place_is_never_written_over(place: Place, worm: Path) -> None:
    file = worm / f"checkpoint-{newest():012}.json"
    file.write_text("{}")
    safekeeping.keep_due()
    place.refresh_from_db()
    assert (place.trouble, file.read_text()) == ("other_checkpoint", "{}")


def test_a_mail_server_that_refuses_is_a_trouble(place: Place) -> None:
    with smtp_peer.serving(smtp_peer.Peer(answers={"rcpt": "550 no such person"})) as peer:
        sending.through(peer)
        mailbox = Mailbox.objects.get(address=mailroom.ADDRESS)
        letters = put(address="auditor@example.com", mailbox=mailbox)
        safekeeping.keep_due()
    letters.refresh_from_db()
    assert letters.trouble == "mail_refused"


def test_one_is_kept_at_the_press_of_a_button(place: Place, worm: Path) -> None:
    assert f"{newest():,}" in pressed(place).content.decode()
    assert kept(worm) == [newest()]
    assert world.entries("supervision.place.keep")[0].actor_id == world.person("admin").pk
    drain.run_until_empty("sealing")
    worm.rename(worm.with_name("away"))
    assert str(Place.Trouble.FOLDER.label) in pressed(place).content.decode()


def test_before_anything_is_sealed_there_is_nothing_to_keep(worm: Path) -> None:
    place = put(folder=str(worm))
    assert pressed(place).status_code == 200
    assert world.entries("supervision.place.keep", "nothing_to_keep")
    assert safekeeping.keep_due() == 0
    place.refresh_from_db()
    assert place.trouble == ""


def test_the_firm_file_names_places(worm: Path) -> None:
    text = (
        f'[[checkpoint_places]]\nfolder = "{worm}"\n[[checkpoint_places]]\naddress = "auditor@example.com"\n'
    )
    text += f'mailbox = "{mailroom.ADDRESS}"\nafter_entries = 500\n'
    assert len(firmfile.apply_text(text, by=firmfile.actor()).made) == 2
    again = firmfile.apply_text(text, by=firmfile.actor())
    assert (again.made, again.changed) == ([], [])
    wrong = '[[checkpoint_places]]\nfolder = "worm"\n[[checkpoint_places]]\nfolder = "/w"\nmailbox = "x@y.example"\n'
    wrong += '[[checkpoint_places]]\naddress = "a@y.example"\nafter_entries = 0\n'
    with pytest.raises(firmfile.FirmFileRefused) as refused:
        firmfile.apply_text(wrong, by=firmfile.actor())
    assert [trouble.path for trouble in refused.value.troubles] == [
        "checkpoint_places[0]",
        "checkpoint_places[1].mailbox",
        "checkpoint_places[2].after_entries",
    ]


def behind_the_back(statement: str) -> None:
    tables = ("entry", "opening", "unsealed", "seal", "node", "checkpoint")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE kernel_ledger_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_an_end_cut_off_is_seen_only_from_outside(
    place: Place, worm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drain.run_until_empty("sealing")
    first = newest()
    drain.run_until_empty("safekeeping", "sealing")
    with clock.moved(clock.now() + DAY):
        drain.run_until_empty("safekeeping", "sealing")
    assert command._outside(worm) == command.GOOD
    assert "2 checkpoints in" in capsys.readouterr().out
    cut_off_after(first)
    assert verify.verify().trouble is None
    assert command._outside(worm) == command.BAD
    said = capsys.readouterr().out
    assert f"here are {first}: the end was cut off" in said
    assert f"1 checkpoint agree, up to entry {first}" in said


def cut_off_after(size: int) -> None:
    """Everything younger goes, entries included, as somebody would who is thorough."""
    gone = f"(SELECT entry_id FROM kernel_ledger_seal WHERE number > {size})"
    for statement in (
        f"DELETE FROM kernel_ledger_opening WHERE entry_id IN {gone}",
        f"DELETE FROM kernel_ledger_checkpoint WHERE size > {size}",
        f"DELETE FROM kernel_ledger_node WHERE (index + 1) * 2 ^ level > {size}",
        "CREATE TEMP TABLE gone AS SELECT entry_id FROM kernel_ledger_seal WHERE number > " + str(size),
        f"DELETE FROM kernel_ledger_seal WHERE number > {size}",
        "DELETE FROM kernel_delivery WHERE entry_id IN (SELECT * FROM gone)",
        "DELETE FROM kernel_ledger_unsealed",
        "DELETE FROM kernel_ledger_opening WHERE entry_id NOT IN (SELECT entry_id FROM kernel_ledger_seal)",
        "DELETE FROM kernel_ledger_entry WHERE id NOT IN (SELECT entry_id FROM kernel_ledger_seal)",
    ):
        behind_the_back(statement)


def test_a_past_signed_anew_is_seen_only_from_outside(place: Place, worm: Path) -> None:
    """The keeper of database and keys seals all entries again in another order: nothing inside speaks against it."""
    drain.run_until_empty("safekeeping")
    for table in ("seal", "node", "checkpoint"):
        behind_the_back(f"DELETE FROM kernel_ledger_{table}")
    behind_the_back(
        "INSERT INTO kernel_ledger_unsealed SELECT id FROM kernel_ledger_entry ON CONFLICT DO NOTHING"
    )
    first = "(SELECT id FROM kernel_ledger_entry ORDER BY at, id LIMIT 1)"
    behind_the_back(f"DELETE FROM kernel_ledger_opening WHERE entry_id = {first}")
    behind_the_back(f"DELETE FROM kernel_ledger_unsealed WHERE entry_id = {first}")
    behind_the_back(f"DELETE FROM kernel_ledger_entry WHERE id = {first}")
    drain.run_until_empty("sealing")
    assert verify.verify().trouble is None
    assert "past_differs" in outside.compare(worm).trouble


def test_an_outside_checkpoint_of_a_stranger_is_named(place: Place, worm: Path) -> None:
    stranger, one = Ed25519PrivateKey.generate(), Checkpoint.objects.order_by("-size")[0]
    signature = stranger.sign(proofs.checkpoint_bytes(one.size, bytes(one.root), one.at))
    forged = exporting.outside(one) | {
        "signature": b64encode(signature).decode(),
        "public_key": b64encode(stranger.public_key().public_bytes_raw()).decode(),
    }
    (worm / "a.json").write_text(json.dumps(forged))
    assert "strange_key" in outside.compare(worm).trouble
    (worm / "a.json").write_text(json.dumps(forged | {"at": "2020-01-01T00:00:00+00:00"}))
    assert "outside_signature" in outside.compare(worm).trouble


def test_nothing_to_compare_with_is_no_agreement(worm: Path) -> None:
    assert command._outside(worm) == command.BAD


def test_two_workers_keep_one(place: Place, worm: Path) -> None:
    """The second finds the file that is there already, and the same in it."""
    stale = Place.objects.get()
    assert safekeeping.try_to_keep(place, by=safekeeping.KEEPER) is None
    assert safekeeping.try_to_keep(stale, by=safekeeping.KEEPER) is None
    assert kept(worm) == [newest()]


def test_a_stranger_cannot_keep(place: Place) -> None:
    with pytest.raises(PermissionDenied):
        actions.keep(place, by=system("tests.stranger"))
