"""What proves who somebody is: the sessions of browsers, and the second factor."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from plainspoken.kernel.fields import EncryptedText
from plainspoken.organization.models.people import Person


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or on the way to be: then there is no person yet.

    `device` is what the browser calls itself. The key never leaves the database: a person names a session by `handle`.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="sessions")
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class SecondFactor(models.Model):
    """The secret that a person's authenticator app shares with us (TOTP, RFC 6238).

    `last_step` is the half minute of the code used last: neither it nor an earlier one is taken again.
    """

    id = models.UUIDField(primary_key=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="second_factor")
    secret = EncryptedText()
    last_step = models.BigIntegerField()
    since = models.DateTimeField()


class RecoveryCode(models.Model):
    """Stands in for the app once, then the row is gone. `digest`: a keyed hash, the code itself is kept nowhere."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="organization_recoverycode_once", fields=["person", "digest"])
        ]
