"""What must hold of an installation, whatever was done to it: asked of a home from outside, in a process of its own.

PLAINSPOKEN_HOME=… python tests/config/invariants.py          one JSON object
"""

import json
from collections import Counter
from datetime import date
from typing import Any

from plainspoken.config import installation

DAYS = date(2020, 1, 1), date(2040, 1, 1)


def main() -> None:
    with installation.opened():
        from plainspoken.kernel import drain

        drain.run_until_empty("sealing", "measures")
        print(json.dumps(found()))


def found() -> dict[str, Any]:
    from plainspoken.channels.models import Raw
    from plainspoken.kernel import blobs, verify
    from plainspoken.kernel.models import Blob, MeasureDay

    trouble = verify.verify().trouble
    return {
        "ledger": f"{trouble.row}: {trouble.what}" if trouble else "",
        "counted": MeasureDay.objects.count(),
        "rolled_up_wrong": rolled_up_wrong(),
        "blobs": Blob.objects.count(),
        "blobs_lost": sum(not blobs.verify(blob) for blob in Blob.objects.iterator()),
        "mails": Counter(Raw.objects.values_list("state", flat=True)),
        "without_case": without_case(),
        "pages": pages(),
    }


def rolled_up_wrong() -> list[str]:
    """The measures whose roll-up is not what a recount of the records gives."""
    from plainspoken.kernel import measures
    from plainspoken.kernel.models import MeasureDay

    def said(rows: Any) -> Counter[tuple[Any, ...]]:
        names = ("day", *measures.DIMENSIONS, "population", "counting")
        return Counter(tuple(str(getattr(row, name)) for name in names) for row in rows)

    return [
        code
        for code in measures.measures
        if said(measures.recount(code, *DAYS)) != said(MeasureDay.objects.filter(measure=code))
    ]


def without_case() -> int:
    """Mails that count as received and are in no conversation, and messages of customers outside any case."""
    from plainspoken.cases.models import Case
    from plainspoken.channels.models import Raw
    from plainspoken.conversations.models import Message

    incoming = Message.objects.filter(raw__isnull=False)
    received = Raw.objects.filter(state="received").exclude(pk__in=incoming.values("raw"))
    conversations = Case.objects.values("conversation")
    return received.count() + incoming.exclude(conversation__in=conversations).count()


def pages() -> dict[str, int]:
    """What each person with a post who may sign in is answered, as name and address: the menu's pages and a case."""
    from django.test import Client
    from django.urls import reverse

    from plainspoken.cases.models import Case
    from plainspoken.organization.models import Person
    from plainspoken.ui import menu

    case = Case.objects.order_by("number").last()
    items = [item for item in menu._items.values() if item.place is menu.Place.RAIL]
    addresses = [reverse(item.url) for item in items]
    addresses += [reverse("desk.case", args=[case.pk])] if case else []
    answered = {}
    for person in Person.objects.filter(may_sign_in=True).order_by("username"):
        browser = Client(headers={"host": "localhost"})
        browser.force_login(person)
        for address in addresses:
            answered[f"{person.username} {address}"] = browser.get(address).status_code
    return answered


if __name__ == "__main__":
    main()
