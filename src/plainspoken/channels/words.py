"""How a test of a mailbox's connection went, in words."""

from django.utils.translation import gettext_lazy as _

from plainspoken.channels.email.probe import FETCHABLE, Outcome, Step
from plainspoken.channels.models import Mailbox
from plainspoken.kernel.errors import Text

STEPS: dict[Step, Text] = {
    Step.NAME: _("Look up the server's name"),
    Step.LINE: _("Reach the server"),
    Step.ENCRYPTION: _("Agree on encryption and check the certificate"),
    Step.SIGN_IN: _("Sign in"),
    Step.DONE: _("Done"),
}
FETCHING: dict[str, Text] = {
    FETCHABLE: _("Mail can be fetched. Nothing was taken."),
    **{trouble.value: trouble.label for trouble in Mailbox.Trouble},
}
OUTCOMES: dict[Outcome, Text] = {
    Outcome.WELL: _("All is well. Nothing was sent."),
    Outcome.NO_SERVER: _("No server is set: what leaves goes to a folder of this installation."),
    Outcome.NAME_UNKNOWN: _("There is no server of this name. Look at its spelling."),
    Outcome.LINE_REFUSED: _("Nobody answers at this port. Look at the port, or ask whoever runs the server."),
    Outcome.TOO_SLOW: _("No answer came in time. A firewall may stand in between."),
    Outcome.NOT_TRUSTED: _("The certificate is not trusted here, or is another server's."),
    Outcome.NO_TLS: _("The server does not speak TLS at this port. Try the other encryption or port."),
    Outcome.SIGN_IN_REFUSED: _("The server does not accept this username with this password."),
    Outcome.SECRET_MISSING: _(
        "The secret is not among those of this installation, or its file is open to others."
    ),
    Outcome.NOT_OFFERED: _("The server does not offer what is asked for: encryption or signing in."),
    Outcome.SERVER_REFUSES: _("The server says no."),
    Outcome.HUNG_UP: _("The server ended the line."),
    Outcome.UNREACHABLE: _("The server cannot be reached from here."),
}
