"""What the firm file says of content: scripts."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from plainspoken.content import actions
from plainspoken.content.models import Script
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Firm, Unit


@dataclass(frozen=True, kw_only=True)
class ScriptRow(Row):
    """`unit` empty: for the whole firm."""

    code: str
    scene: Script.Scene
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    unit: str = ""


@firmfile.section("scripts", ScriptRow, order=110, may=["content.script.put"], declares=Script)
def scripts(rows: list[ScriptRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            _script(row, file)


def _script(row: ScriptRow, file: File) -> None:
    values: dict[str, Any] = {
        "scene": row.scene,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "text_zh": row.text_zh.strip(),
        "text_en": row.text_en.strip(),
        "unit": file.find(Unit, row.unit, row.at("unit")) if row.unit else None,
    }
    standing = Script.objects.filter(code=row.code, retired_at__isnull=True).first()
    put = partial(actions.put, Firm.objects.get(), by=file.by, code=row.code, **values)
    file.put(standing, values, put, f"script {row.code}")
