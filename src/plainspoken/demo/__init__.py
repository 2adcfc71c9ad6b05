"""The demo firm 海岸银行 / Haian Bank: its people, customers and sixty days of work, told through actions."""

from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent


def apply() -> None:
    """Fill an empty database with the demo firm, all or nothing; a demo firm that is there is left alone.

    Raises ImproperlyConfigured when the database holds a real firm.
    """
    from django.core.exceptions import ImproperlyConfigured
    from django.db import transaction

    from plainspoken.kernel import clock
    from plainspoken.organization.models import Firm

    firm = Firm.objects.get()
    if firm.founded and not firm.demo:
        raise ImproperlyConfigured("The database holds a real firm: run without --demo.")
    if firm.founded:
        return
    with transaction.atomic():
        _tell(clock.now())


def welcome() -> str:
    """What the visitor of a demo reads when it is ready: who may sign in, and how the first mail is sent."""
    from plainspoken.demo import visit

    return visit.welcome()


def _tell(now: datetime) -> None:
    from plainspoken.demo import customers, factor, story
    from plainspoken.demo.stage import Stage, play
    from plainspoken.kernel import clock, drain
    from plainspoken.organization import firmfile

    began = now - timedelta(days=story.DAYS + 2)
    with clock.moved(began):
        firmfile.apply(HERE / "firm.toml", by=firmfile.actor())
        customers.put_all()
        factor.put()
    stage = Stage(now)
    play(story.tales(stage), until=now)
    _count(began, now)
    drain.run_until_empty()


def _count(since: datetime, until: datetime) -> None:
    """The roll-up of all days at once, where the drain would do it day by day."""
    from plainspoken.kernel import measures
    from plainspoken.kernel.models import MeasureDay, MeasureDirty

    days = since.date() - timedelta(days=1), until.date() + timedelta(days=1)
    MeasureDay.objects.bulk_create(row for code in measures.measures for row in measures.recount(code, *days))
    MeasureDirty.objects.all().delete()
