"""Cases: one matter a customer brought, owned by one person until the customer has the answer."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.conversations.models import Conversation, Message
from plainspoken.customers.models import Customer
from plainspoken.organization.models import Person, Unit

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = ~Q(state__in=["closed", "no_inquiry"])


class Line(models.Model):
    """A business line of the firm, the department that knows it, and words that suggest it."""

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    department = models.ForeignKey(Unit, models.PROTECT)
    words = ArrayField(models.CharField(max_length=40), default=list)


class Type(models.Model):
    """What an inquiry is about (product, procedure, fee, ...), with words that suggest it."""

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    words = ArrayField(models.CharField(max_length=40), default=list)


class Case(models.Model):
    """`unit` is the queue it stands in, `owner` who answers for it; `told_at` is the time told to the customer.

    `due_at` is when the first of its running deadlines ends, those of the cases merged into it among them, NEVER
    without one. Only PostgreSQL writes it, by triggers on deadlines and mergers; so a list can be read in its order.
    """

    class Kind(models.TextChoices):
        INQUIRY = "inquiry", _("Inquiry")

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=24, choices=INQUIRY.choices, default=INQUIRY.initial)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="cases")
    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False)
    channel = models.CharField(max_length=20)
    legal_entity = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases", db_index=False)
    subject = models.CharField(max_length=500, blank=True)
    type = models.ForeignKey(Type, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+")
    suggested_type = models.ForeignKey(Type, models.PROTECT, null=True, related_name="+", db_index=False)
    suggested_line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    last_at = models.DateTimeField()
    due_at = models.DateTimeField(default=NEVER, db_default=NEVER, editable=False)
    triaged_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        triggers = INQUIRY.triggers(kind="inquiry")
        constraints = [
            models.CheckConstraint(
                name="cases_case_judged_when_triaged",
                condition=Q(state__in=["received", "no_inquiry", "merged"])
                | Q(type__isnull=False, line__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_case_owned_when_in_work",
                condition=Q(state__in=["received", "no_inquiry", "merged"]) | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_case_closed_says_when", condition=~Q(state="closed") | Q(closed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "-last_at", "-id"],
                condition=OPEN,
                name="case_unit_open",
            ),
            models.Index(
                fields=["owner", "-last_at", "-id"],
                condition=OPEN,
                name="case_owner_open",
            ),
            models.Index(fields=["unit", "state"], condition=OPEN, name="case_unit_state"),
            models.Index(fields=["owner", "unit"], include=["conversation"], name="case_owner_unit"),
            models.Index(fields=["-last_at", "-id"], condition=OPEN, name="case_open"),
            models.Index(fields=["unit", "due_at", "id"], condition=OPEN, name="case_unit_due"),
            models.Index(fields=["owner", "due_at", "id"], condition=OPEN, name="case_owner_due"),
            models.Index(fields=["due_at", "id"], condition=OPEN, name="case_due"),
            models.Index(
                fields=["unit", "-last_at", "-id"],
                condition=Q(state="no_inquiry"),
                name="case_unit_no_inquiry",
            ),
            models.Index(fields=["-last_at", "-id"], condition=Q(state="no_inquiry"), name="case_no_inquiry"),
            models.Index(
                fields=["unit", "received_at", "id"],
                condition=Q(state="received", owner__isnull=True),
                name="case_unit_waiting",
            ),
            models.Index(
                fields=["unit", "-last_at", "-id"],
                condition=Q(state="received", owner__isnull=True),
                name="case_unit_newest_waiting",
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(state="received", owner__isnull=True),
                name="case_unit_waiting_due",
            ),
            models.Index(fields=["unit", "-last_at", "-id"], name="case_unit_all"),
            models.Index(fields=["customer", "-received_at"], name="case_customer"),
            models.Index(fields=["received_at"], name="case_received"),
            models.Index(
                fields=["answered_at"], condition=Q(answered_at__isnull=False), name="case_answered"
            ),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="case_closed"),
            models.Index(
                fields=["-last_at", "-id"],
                condition=Q(state__in=["closed", "no_inquiry"]),
                name="case_settled",
            ),
            models.Index(
                fields=["owner", "-last_at", "-id"],
                condition=Q(state__in=["closed", "no_inquiry"]),
                name="case_owner_settled",
            ),
            models.Index(
                fields=["line", "-last_at", "-id"],
                condition=Q(state__in=["closed", "no_inquiry"]),
                name="case_line_settled",
            ),
            models.Index(
                fields=["type", "-last_at", "-id"],
                condition=Q(state__in=["closed", "no_inquiry"]),
                name="case_type_settled",
            ),
        ]


class HandOver(models.Model):
    """A question to a department about a case; the owner stays the owner."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="hand_overs")
    to_unit = models.ForeignKey(Unit, models.PROTECT)
    question = models.ForeignKey(Message, models.PROTECT, related_name="+")
    answer = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="cases_handover_one_open",
                fields=["case"],
                condition=Q(answered_at__isnull=True, taken_back_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["to_unit", "asked_at"],
                condition=Q(answered_at__isnull=True, taken_back_at__isnull=True),
                name="handover_waiting",
            )
        ]


class Answer(models.Model):
    """An outgoing message that answers the case, or tells the time; it counts when it has left."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        TOLD_TIME = "told_time", _("Told the time")

    message = models.OneToOneField(Message, models.PROTECT, primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=Kind.choices)


class Reopening(models.Model):
    """The customer was not content, or wrote again: the case went back to its owner."""

    class How(models.TextChoices):
        NOT_SOLVED = "not_solved", _("The customer says it is not solved")
        WROTE_AGAIN = "wrote_again", _("The customer wrote again")
        NOT_REACHED = "not_reached", _("The answer did not reach the customer")
        BY_STAFF = "by_staff", _("By a member of staff")

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reopenings")
    how = models.CharField(max_length=12, choices=How.choices)
    at = models.DateTimeField()


class Closure(models.Model):
    """How and when a case was closed."""

    class How(models.TextChoices):
        SOLVED = "solved", _("The customer says it is solved")
        THANKS = "thanks", _("The customer said thanks")
        BY_OWNER = "by_owner", _("By the owner")
        NO_WORD = "no_word", _("No further word in the follow-up days")

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="closures")
    how = models.CharField(max_length=12, choices=How.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True)


class Dismissal(models.Model):
    """Why something that came in is no inquiry; it stays out of every measure."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam")
        MISDIRECTED = "misdirected", _("Misdirected")
        AUTOMATIC = "automatic", _("Automatic message")
        DUPLICATE = "duplicate", _("Duplicate")

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="dismissals")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    of = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_dismissal_duplicate_of_another",
                condition=(~Q(reason="duplicate") | Q(of__isnull=False)) & ~Q(of=F("case")),
            )
        ]


class Merger(models.Model):
    """A case that was the same matter as another: its words are read there, and whoever writes is heard there.

    `state_before` is where it stood, so that it can be brought back.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="mergers")
    into = models.ForeignKey(Case, models.PROTECT, related_name="merged")
    state_before = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="cases_merger_into_another", condition=~Q(into=F("case"))),
            models.UniqueConstraint(
                name="cases_merger_one_standing", fields=["case"], condition=Q(undone_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["into"], condition=Q(undone_at__isnull=True), name="merger_standing_into")
        ]


class Joining(models.Model):
    """A conversation we began, without a case, that is about the matter of one."""

    id = models.UUIDField(primary_key=True)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="joinings")
    into = models.ForeignKey(Case, models.PROTECT, related_name="joined")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="cases_joining_one_standing",
                fields=["conversation"],
                condition=Q(undone_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["into"], condition=Q(undone_at__isnull=True), name="joining_standing_into")
        ]


class Tag(models.Model):
    """A word of the firm's own that cases are marked with; who may see a case sees its tags."""

    class Colour(models.TextChoices):
        GREY = "grey", _("Grey")
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        VIOLET = "violet", _("Violet")

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    colour = models.CharField(max_length=12, choices=Colour.choices)
    retired_at = models.DateTimeField(null=True)


class Tagging(models.Model):
    """A tag on a case; taken off, the row goes and the ledger keeps that it was there."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, models.PROTECT)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="cases_tagging_once", fields=["case", "tag"])]
