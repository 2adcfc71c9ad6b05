"""What a migration may do while the firm works: nothing that locks a growing table for long.

A lock that stops reading and writing (ACCESS EXCLUSIVE) or writing (SHARE) is short when PostgreSQL only notes
something, and as long as the table is when it has to read or write every row. Each message says what to do instead.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import NotInTransactionMixin
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.special import RunPython

# Made before the rule.
OLDER = {
    "cases.0001_initial", "cases.0002_bulk", "cases.0003_bulk_validated", "cases.0004_views", "cases.0005_out",
    "cases.0006_joining", "channels.0001_initial", "channels.0002_mailin", "channels.0003_out", "content.0001_initial",
    "conversations.0001_initial", "conversations.0002_out", "conversations.0003_live", "customers.0001_initial",
    "desk.0001_views", "kernel.0001_initial", "kernel.0002_live", "organization.0001_initial",
    "organization.0002_the_firm", "organization.0003_desk", "supervision.0001_initial", "work.0001_initial",
}  # fmt: skip
# Tables whose number of rows the firm's structure bounds: reading them all takes a moment.
SMALL = re.compile(
    r"organization_|content_|law_|desk_view|channels_mailbox|cases_(line|type|tag)\b|supervision_place|kernel_chore|django_"
)
FUNCTION_BODY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
TABLE = r'(?:IF EXISTS |ONLY )*"?(?:public"?\.)?"?(\w+)"?'
LONG = [
    (
        rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?\S+ ON {TABLE}",
        "build the index CONCURRENTLY (AddIndexConcurrently, atomic = False)",
    ),
    (
        rf"ALTER TABLE {TABLE} ADD CONSTRAINT \S+ (?:CHECK|FOREIGN KEY)(?!.*NOT VALID)",
        "add the constraint NOT VALID and validate it in a migration of its own (AddConstraintNotValid)",
    ),
    (
        rf"ALTER TABLE {TABLE} ADD CONSTRAINT \S+ (?:UNIQUE|PRIMARY KEY|EXCLUDE)(?!.*USING INDEX)",
        "build a unique index CONCURRENTLY first, and make the constraint of it (USING INDEX)",
    ),
    (
        rf"ALTER TABLE {TABLE} ADD COLUMN .*(?:GENERATED ALWAYS|DEFAULT \S*(?:random|uuid|clock_t|nextval)\S*\()",
        "add the column empty, and fill it in batches",
    ),
    (
        rf"ALTER TABLE {TABLE} ADD COLUMN .*(?:UNIQUE|REFERENCES)",
        "add the column without, then the constraint NOT VALID",
    ),
    (
        rf"ALTER TABLE {TABLE} ALTER COLUMN \S+ TYPE",
        "add a column of the new type beside it, and fill it in batches",
    ),
    (
        rf"ALTER TABLE {TABLE} ALTER COLUMN \S+ SET NOT NULL",
        "add a CHECK (… IS NOT NULL) NOT VALID, validate it in the next migration, then set NOT NULL",
    ),
    (rf"(?:UPDATE|DELETE FROM) {TABLE}", "change rows in batches by a drain, not all in one transaction"),
    (
        rf"(?:VACUUM FULL|CLUSTER|REINDEX (?!.*CONCURRENTLY)|LOCK TABLE) ?(?:TABLE )?{TABLE}",
        "not while the firm works",
    ),
]


def faults(statements: list[str]) -> Iterator[str]:
    """What in these would hold a growing table for long; a table that they made themselves is empty."""
    own = {
        match[1]
        for one in statements
        if (match := re.search(rf"CREATE TABLE (?:IF NOT EXISTS )?{TABLE}", one))
    }
    for statement in statements:
        for pattern, instead in LONG:
            found = re.match(pattern, statement, re.IGNORECASE | re.DOTALL)
            if found and found[1] not in own and not SMALL.match(found[1]):
                yield f"{statement[:120]} … : {instead}"


def statements(migration: Migration, loader: MigrationLoader) -> list[str]:
    state = loader.project_state((migration.app_label, migration.name), at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    told = FUNCTION_BODY.sub("$$", "\n".join(editor.collected_sql))
    lines = [line for line in told.split("\n") if not line.startswith("--")]
    return [
        re.sub(r"\s+", " ", one).strip()
        for one in re.split(r";\s*\n", "\n".join(lines) + "\n")
        if one.strip()
    ]


@pytest.mark.django_db
def test_no_migration_locks_a_growing_table_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot run in a transaction is only asked here for what it would run."""
    monkeypatch.setattr(NotInTransactionMixin, "_ensure_not_in_transaction", lambda *_: None)
    loader = MigrationLoader(connection)
    found: dict[str, list[str]] = {}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if not type(migration).__module__.startswith("plainspoken.") or f"{app}.{name}" in OLDER:
            continue
        found[f"{app}.{name}"] = list(faults(statements(migration, loader)))
        found[f"{app}.{name}"] += [
            f"{one.code.__name__}: name it `small_…`, or `batches_…` where each of its batches commits by itself"
            for one in migration.operations
            if isinstance(one, RunPython) and not one.code.__name__.startswith(("small_", "batches_"))
        ]
    assert not {name: faults for name, faults in found.items() if faults}
    assert found, "there is no migration after the rule yet: it is not tried"


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX "x" ON "conversations_message" ("at")',
        'CREATE UNIQUE INDEX "x" ON "conversations_message" ("at")',
        'ALTER TABLE "cases_case" ADD CONSTRAINT "x" CHECK ("a" > 0)',
        'ALTER TABLE "cases_case" ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "b" ("id") DEFERRABLE',
        'ALTER TABLE "cases_case" ADD CONSTRAINT "x" UNIQUE ("a")',
        'ALTER TABLE "cases_case" ADD COLUMN "x" uuid DEFAULT gen_random_uuid() NOT NULL',
        'ALTER TABLE "cases_case" ADD COLUMN "x" integer NULL CONSTRAINT "y" REFERENCES "b"("id")',
        'ALTER TABLE "cases_case" ALTER COLUMN "x" TYPE bigint USING "x"::bigint',
        'ALTER TABLE "cases_case" ALTER COLUMN "x" SET NOT NULL',
        'UPDATE "cases_case" SET "x" = 1',
        "DELETE FROM kernel_read",
        "LOCK TABLE kernel_read",
    ],
)
def test_what_takes_long_is_found(statement: str) -> None:
    assert list(faults([statement]))


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX CONCURRENTLY "x" ON "conversations_message" ("at")',
        'CREATE INDEX "x" ON "organization_unit" ("code")',
        'ALTER TABLE "cases_case" ADD CONSTRAINT "x" CHECK ("a" > 0) NOT VALID',
        'ALTER TABLE "cases_case" VALIDATE CONSTRAINT "x"',
        'ALTER TABLE "cases_case" ADD CONSTRAINT "x" UNIQUE USING INDEX "y"',
        'ALTER TABLE "cases_case" ADD COLUMN "x" integer DEFAULT 0 NOT NULL',
        'ALTER TABLE "cases_case" ALTER COLUMN "x" DROP DEFAULT',
        'ALTER TABLE "cases_case" DROP COLUMN "x" CASCADE',
    ],
)
def test_what_is_short_is_left_alone(statement: str) -> None:
    assert not list(faults([statement]))


def test_a_table_that_is_new_is_empty() -> None:
    assert not list(faults(['CREATE TABLE "new" ("id" uuid)', 'CREATE INDEX "x" ON "new" ("id")']))
