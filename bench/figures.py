"""What was measured: a line for people, a line of JSON for programs."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit_ratio`: how many times the time of the bare limit; 1 would be as quick as it. None: not measured."""

    name: str
    size: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    per_second: float | None = None
    limit_ratio: float | None = None
    mb: float | None = None
    worst: str = ""


COLUMNS = ("name", "p50_ms", "p95_ms", "per_second", "limit_ratio", "mb", "worst")


def p50(seconds: Sequence[float]) -> float:
    """In milliseconds."""
    return statistics.median(seconds) * 1000


def p95(seconds: Sequence[float]) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000


def written(figures: Iterable[Figure], out: Path) -> None:
    out.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in figures))


def table(figures: Iterable[Figure]) -> str:
    rows = [COLUMNS, *(tuple(_cell(getattr(one, name)) for name in COLUMNS) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(map(_placed, row, widths)).rstrip() for row in rows)


def _placed(text: str, width: int) -> str:
    return text.rjust(width) if text[:1].isdigit() else text.ljust(width)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
