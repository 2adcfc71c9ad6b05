"""The firm and its units: one tree of legal entities, branches, departments and teams."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plainspoken.organization.models.names import in_reader_language


class Firm(models.Model):
    """The one firm of this installation; the row under which everything of the firm is born.

    A migration makes the row; its names are empty until the firm is founded.
    """

    id = models.UUIDField(primary_key=True)
    only = models.BooleanField(default=True, unique=True)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="organization_firm_only_one", condition=Q(only=True))]

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    @property
    def founded(self) -> bool:
        return bool(self.name_zh)


class Unit(models.Model):
    """A part of the firm. A legal entity has the time zone that holds for all units below it."""

    class Kind(models.TextChoices):
        LEGAL_ENTITY = "legal_entity", _("Legal entity")
        BRANCH = "branch", _("Branch")
        DEPARTMENT = "department", _("Department")
        TEAM = "team", _("Team")

    class Function(models.TextChoices):
        """What the regulation's chapter 3 calls the unit; empty for units it does not name."""

        MANAGEMENT_GROUP = "management_group", _("Management group")
        CUSTOMER_SERVICE = "customer_service", _("Customer service")
        BUSINESS = "business", _("Business department")
        MARKETING = "marketing", _("Marketing")
        SUPPORT = "support", _("Supporting department")
        SUPERVISION = "supervision", _("Supervision team")

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    function = models.CharField(max_length=20, choices=Function.choices, blank=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    time_zone = models.CharField(max_length=60, blank=True)
    calendar = models.ForeignKey("organization.Calendar", models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_unit_root_is_legal_entity",
                condition=Q(parent__isnull=False) | Q(kind="legal_entity"),
            ),
            models.CheckConstraint(name="organization_unit_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="organization_unit_legal_entity_has_zone",
                condition=Q(kind="legal_entity") & ~Q(time_zone="")
                | ~Q(kind="legal_entity") & Q(time_zone=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)
