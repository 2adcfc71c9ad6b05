"""What is done at the desk and belongs to no slice below."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import verify as ledger
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ledger import Code
from plainspoken.organization.models import Firm

ENTRIES_LOOKED_AT = 20_000


@action("ledger.verify", _("Verify the ledger"), creates=True)
def verify(firm: Firm, *, by: Actor) -> ledger.Report:
    """Look whether the newest entries of the ledger are what they were; `plainspoken verify` looks at all."""
    report = ledger.verify(newest=ENTRIES_LOOKED_AT)
    record(
        sealed=report.sealed, unsealed=report.unsealed, checkpoints=report.checkpoints, on=report.relied_on
    )
    if report.trouble:
        record(row=Code(report.trouble.row), what=Code(report.trouble.what))
    return report
