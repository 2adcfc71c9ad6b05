"""Customers and prospects, how to reach them, and the secret links given to them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.fields import EncryptedText
from plainspoken.organization.models import Person, Unit


class Pieces(models.Func):
    """Every character of a text and every two neighbours, in capitals: by these an index finds a part of a name."""

    function = "customers_pieces"
    output_field = ArrayField(models.TextField())


class Customer(models.Model):
    """A person, company or institution. A sender nobody knows is a prospect, counted apart."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        CORPORATE = "corporate", _("Company")
        INSTITUTION = "institution", _("Institution")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    prospect = models.BooleanField(default=False)
    number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    language_set_by = models.ForeignKey(Person, models.PROTECT, null=True)
    home_unit = models.ForeignKey(Unit, models.PROTECT)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="customers_customer_number", fields=["number"], condition=~Q(number="")
            ),
            models.CheckConstraint(
                name="customers_customer_known_has_number", condition=Q(prospect=True) | ~Q(number="")
            ),
        ]
        indexes = [
            GinIndex(Pieces("name"), name="customer_pieces"),
            models.Index(OpClass(Upper("number"), name="text_pattern_ops"), name="customer_number_begins"),
        ]


class ContactPoint(models.Model):
    """One address or number. The value is encrypted; `index` finds it, `masked` is what lists show."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    class Verified(models.TextChoices):
        CLAIMED = "claimed", _("Claimed by the sender")
        FILE = "file", _("From the customer file")
        DOCUMENT = "document", _("Shown with a document")
        CALL_BACK = "call_back", _("By calling back")

    id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = EncryptedText()
    index = models.BinaryField()
    masked = models.CharField(max_length=200)
    verified = models.CharField(max_length=12, choices=Verified.choices, default=Verified.CLAIMED)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True)
    acknowledged_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="customers_contactpoint_once", fields=["kind", "index"]),
            models.CheckConstraint(name="customers_contactpoint_masked", condition=~Q(masked="")),
        ]


class Identifier(models.Model):
    """An identity document or account number of a customer, encrypted like contact points."""

    class Kind(models.TextChoices):
        ID_CARD = "id_card", _("Identity card")
        CREDIT_CODE = "credit_code", _("Unified social credit code")
        ACCOUNT = "account", _("Account")

    id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = EncryptedText()
    index = models.BinaryField()
    masked = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="customers_identifier_once", fields=["kind", "index"]),
            models.CheckConstraint(name="customers_identifier_masked", condition=~Q(masked="")),
        ]


class Link(models.Model):
    """A secret address given to a customer for one purpose. The token itself is never kept, only its hash."""

    class Purpose(models.TextChoices):
        SOLVED = "solved", _("Is this solved?")
        RATE = "rate", _("Rate our answer")

    id = models.UUIDField(primary_key=True)
    token_hash = models.BinaryField(unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    customer = models.ForeignKey(Customer, models.PROTECT)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="customers_link_subject")]
