"""What the house rules ask of the code itself. Each message says what to do instead."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "plainspoken"
CHECKOUT = SOURCE.parent.parent
BENCH = CHECKOUT / "bench"
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
TEMPLATE_LINES_MAX = 80
VIEW_LINES_MAX = 25
FIELD_DEFINITIONS = re.compile(r"models\.(CASCADE|SET_NULL|SET_DEFAULT)")
WRITES = re.compile(
    r"objects\.(create|bulk_create|get_or_create|update_or_create|bulk_update|update|delete)\(|\.save\("
    r"|filter\([^)]*\)\.(?:update|delete)\("
)
# Where rows may be written: actions, what they are made of, the drains' own bookkeeping, and loading tools.
WRITERS = re.compile(
    r"^(bench/|kernel/|organization/adapter|organization/sessions|conversations/receiving|customers/links|supervision/survey|demo/|.*/actions[/.]|"
    r".*/actions\.py|.*/letters\.py|.*/firmfile/|.*/migrations/)"
)


def modules() -> list[Path]:
    own = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return own + sorted(BENCH.rglob("*.py"))


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else CHECKOUT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def of_each(files: Callable[[], list[Path]]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test for all the files, which names each one that breaks the rule."""

    def decorate(rule: Callable[[Path], None]) -> Callable[[], None]:
        def holds() -> None:
            assert not (broken := dict(faults(rule, files()))), broken

        return holds

    return decorate


def faults(rule: Callable[[Path], None], files: list[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        try:
            rule(path)
        except AssertionError as fault:
            yield named(path), str(fault)


@of_each(modules)
def test_a_module_can_be_read_at_a_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= FILE_LINES_MAX, "Split it by what its parts are about."


@of_each(modules)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    limit = VIEW_LINES_MAX if "views" in path.parts else FUNCTION_LINES_MAX
    long = [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno + 1 > limit]
    assert not long, f"{long}: give a part of it a name of its own."


@of_each(templates)
def test_a_template_fits_on_a_screen(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= TEMPLATE_LINES_MAX, (
        "Move a part into a file that it includes."
    )


@of_each(templates)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    found = re.findall(
        r'<style|\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)|hx-on|javascript:', path.read_text()
    )
    assert not found, f"{found}: the policy of the page forbids it; use a class or a custom element."


@of_each(templates)
def test_a_template_extends_only_ui_and_its_own_slice(path: Path) -> None:
    own = path.relative_to(path.parents[[p.name for p in path.parents].index("templates")]).parts[0]
    used = re.findall(r'{% (?:extends|include) "([^/"]+)/', path.read_text())
    assert set(used) <= {"ui", own}, "A page that shows two slices lives in desk/."


@of_each(modules)
def test_time_comes_from_the_clock(path: Path) -> None:
    if named(path) == "kernel/clock.py":
        return
    found = re.findall(
        r"datetime\.now\(|timezone\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(", path.read_text()
    )
    assert not found, f"{found}: use kernel.clock.now(), or organization.queries.today(unit)."


@of_each(modules)
def test_nothing_is_taken_away_by_a_foreign_key(path: Path) -> None:
    assert not FIELD_DEFINITIONS.search(path.read_text()), "Use PROTECT; erasing is an action."


@of_each(modules)
def test_errors_are_not_swallowed(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
        )
    ]
    allowed = 2 if named(path) in ("kernel/drain.py", "kernel/action.py") else 0
    assert len(broad) <= allowed, f"lines {broad}: name the one error you expect, and let the others fail."


@of_each(modules)
def test_only_actions_write(path: Path) -> None:
    if WRITERS.search(named(path)):
        return
    found = [line.strip() for line in path.read_text().splitlines() if WRITES.search(line)]
    assert not found, f"{found}: what changes something is an action."


@of_each(modules)
def test_no_order_behind_the_back(path: Path) -> None:
    assert not re.search(r"^\s+ordering = ", path.read_text(), re.MULTILINE), "Say the order where you ask."


@of_each(modules)
def test_modules_are_named_after_a_thing(path: Path) -> None:
    assert path.name not in (
        "utils.py",
        "helpers.py",
        "mixins.py",
        "managers.py",
        "signals.py",
        "services.py",
    )


def ours() -> Iterator[Path]:
    """The files of the checkout without what is built and run in it, which comes and goes meanwhile."""
    for top in CHECKOUT.iterdir():
        if top.name not in (".git", ".venv", "build", "data"):
            yield from top.rglob("*") if top.is_dir() else [top]


def test_no_address_of_a_registry_stands_in_a_file() -> None:
    parts = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "deb" + r"\.debian")
    found = []
    for path in ours():
        relative = path.relative_to(CHECKOUT)
        if "node_modules" in relative.parts:
            continue
        if path.is_file() and path.stat().st_size < 2_000_000 and path.suffix not in (".png", ".mo"):
            text = path.read_text(errors="ignore")
            found += [str(relative) for part in parts if re.search(part, text)]
    assert not found, f"{found}: lock files and scripts carry no addresses."
