"""The ledger's tables: entries and their openings, the sealer's numbering, tree and checkpoints."""

from django.db import models

from plainspoken.kernel.models.append_only import append_only


class Entry(models.Model):
    """One action done or refused. `body` is what is hashed; the other columns repeat it for finding."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=80)
    refusal = models.CharField(max_length=60, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField()
    actor_post = models.CharField(max_length=80, blank=True)
    cause = models.UUIDField(null=True)
    body = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        db_table = "kernel_ledger_entry"
        triggers = append_only("ledger_entry")
        indexes = [
            models.Index(fields=["subject_id", "at"], name="ledger_entry_subject"),
            models.Index(fields=["actor_id", "at"], name="ledger_entry_actor"),
            models.Index(fields=["code", "at"], name="ledger_entry_code"),
            models.Index(fields=["at", "id"], name="ledger_entry_time"),
        ]


class Opening(models.Model):
    """The free texts and personal values of an entry with their salts: {name: [salt, value]}."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    values = models.JSONField()

    class Meta:
        db_table = "kernel_ledger_opening"
        triggers = append_only("ledger_opening")


class Unsealed(models.Model):
    """An entry the sealer has not numbered yet. Only a hint: `verify` looks for entries without a seal itself."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)

    class Meta:
        db_table = "kernel_ledger_unsealed"


class Seal(models.Model):
    """The number the sealer gave an entry, its leaf hash, and a MAC over both."""

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        db_table = "kernel_ledger_seal"
        triggers = append_only("ledger_seal")


class Node(models.Model):
    """The hash of a full subtree of 2^level leaves, the `index`-th from the left."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "kernel_ledger_node"
        triggers = append_only("ledger_node")
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_node_place")]


class Checkpoint(models.Model):
    """A signed statement: the tree of the first `size` entries has this root."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    key = models.CharField(max_length=80)
    algorithm = models.CharField(max_length=40)
    signature = models.BinaryField()

    class Meta:
        db_table = "kernel_ledger_checkpoint"
        triggers = append_only("ledger_checkpoint")


class RefusalTally(models.Model):
    """How often the same refusal came again within the minute of the entry that tells it."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    key = models.BinaryField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "kernel_ledger_refusal_tally"
        indexes = [models.Index(fields=["key", "first_at"], name="refusal_tally_key")]
