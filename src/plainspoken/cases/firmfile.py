"""What the firm file says of cases: business lines, types of inquiry and tags."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from plainspoken.cases.actions import register, tags
from plainspoken.cases.models import Line, Tag, Type
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Firm, Unit


@dataclass(frozen=True, kw_only=True)
class LineRow(Row):
    """`words` suggest the line when a message has them."""

    code: str
    name_zh: str
    name_en: str
    department: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TypeRow(Row):
    """`words` suggest the type when a message has them."""

    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TagRow(Row):
    code: str
    name_zh: str
    name_en: str
    colour: Tag.Colour = Tag.Colour.GREY


@firmfile.section("lines", LineRow, order=120, may=["cases.line.put"], declares=Line)
def lines(rows: list[LineRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            unit = file.find(Unit, row.department, row.at("department"))
            values = _values(row)
            put = partial(register.put_line, unit, by=file.by, code=row.code, **values)
            standing = Line.objects.filter(code=row.code).first()
            file.put(standing, {"department": unit, **values}, put, f"line {row.code}")


@firmfile.section("types", TypeRow, order=120, may=["cases.type.put"], declares=Type)
def types(rows: list[TypeRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            values = _values(row)
            put = partial(register.put_type, Firm.objects.get(), by=file.by, code=row.code, **values)
            file.put(Type.objects.filter(code=row.code).first(), values, put, f"type {row.code}")


@firmfile.section("tags", TagRow, order=120, may=["cases.tag.put"], declares=Tag)
def put_tags(rows: list[TagRow], file: File) -> None:
    """A tag that was retired on screen stays so while the file says nothing new of it."""
    for row in rows:
        with file.trying(row):
            values: dict[str, Any] = {
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "colour": row.colour,
            }
            put = partial(tags.put, Firm.objects.get(), by=file.by, code=row.code, **values)
            file.put(Tag.objects.filter(code=row.code).first(), values, put, f"tag {row.code}")


def _values(row: LineRow | TypeRow) -> dict[str, Any]:
    return {"name_zh": row.name_zh, "name_en": row.name_en, "words": list(row.words)}
