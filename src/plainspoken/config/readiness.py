"""What must hold before pages are served or mail is taken in. Needs Django set up.

Each check raises CannotStart with what to do; none of them changes anything.
"""

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from plainspoken.config.errors import CannotStart
from plainspoken.kernel import crypto
from plainspoken.kernel.models import Checkpoint
from plainspoken.law.packs import Period
from plainspoken.organization import queries, targets
from plainspoken.organization.models import Firm, Target, Unit

POSTGRESQL_MIN = 150_000
NO_FIRM = """\
There is no firm in this database yet. Describe yours in a file (docs/firm.example.toml is a complete one),
apply it, give its administrator a password, then start again:
  plainspoken firm apply FILE
  plainspoken firm password USERNAME    (reads the password from standard input)
Started at a terminal, Plainspoken asks for both."""
NO_DEMO = "There is no demo firm in this database yet. Put it there: plainspoken migrate --demo"


class NoFirm(CannotStart):
    """The database has no firm yet, or one without a legal entity."""


def check() -> None:
    """Everything: tables, keys, firm and targets. Raises CannotStart, NoFirm."""
    check_database()
    _check_tables()
    check_kind()
    if not founded():
        raise NoFirm(NO_DEMO if settings.DEMO else NO_FIRM)
    _check_keys()
    _check_targets()


def check_database() -> None:
    """It answers, and is recent enough."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CannotStart(f"The database does not answer. It says: {error}") from error
    version = connection.connection.info.server_version
    if version < POSTGRESQL_MIN:
        raise CannotStart(f"The database is PostgreSQL {version // 10_000}; Plainspoken needs 15 or later.")


def check_kind() -> None:
    """A demo is served as a demo and a real firm never as one; may be asked before the tables are made."""
    if Firm._meta.db_table not in connection.introspection.table_names():
        return
    firm = Firm.objects.exclude(name_zh="").values_list("name_en", "demo").first()
    if firm is None or firm[1] == settings.DEMO:
        return
    if settings.DEMO:
        raise CannotStart(
            f"The database holds {firm[0]}, which is no demo. Start it without --demo; for the demo, set "
            "PLAINSPOKEN_HOME to another folder and unset DATABASE_URL."
        )
    raise CannotStart(
        f"The database holds the demo firm {firm[0]}. Start it with --demo; for a firm of your own, set "
        "PLAINSPOKEN_HOME to another folder or DATABASE_URL to another database."
    )


def founded() -> bool:
    """Whether the firm has its name and the legal entity by whose days it works."""
    return Firm.objects.get().founded and Unit.objects.filter(parent__isnull=True).exists()


def _check_tables() -> None:
    plans = MigrationExecutor(connection)
    if plans.migration_plan(plans.loader.graph.leaf_nodes()):
        raise CannotStart("The database is older than this release. Bring it up to date: plainspoken migrate")


def _check_keys() -> None:
    """A node that was given another secrets.toml would write what no other node can read."""
    last = Checkpoint.objects.order_by("-size").values_list("key", flat=True).first()
    if last is None:
        return
    try:
        crypto.public_key(last)
    except crypto.CannotOpen as error:
        raise CannotStart(
            f"The ledger in the database is signed with a key that is not here: {error}. Put the secrets.toml "
            "that belongs to this database into PLAINSPOKEN_HOME, or name it in PLAINSPOKEN_SECRETS_FILE."
        ) from error


def _check_targets() -> None:
    found = targets.all_looser(queries.today(queries.root()))
    if found:
        lines = "\n".join(f"  {_told(target, period)}" for target, period in found)
        raise CannotStart(
            f"The law in force allows less than the firm promises, so nothing is served:\n{lines}\n"
            "Write stricter targets into the firm file and apply it: plainspoken firm apply FILE"
        )


def _told(target: Target, period: Period) -> str:
    name = f"{target.kind} ({target.channel})" if target.channel else target.kind
    promised = f"{target.amount} {target.counted_in.replace('_', ' ')}"
    allowed = f"{period.value} in {period.unit.replace('_', ' ')}s"
    return f"{name}: {promised}; the law allows {allowed} ({period.source.number}, article {period.article})"
