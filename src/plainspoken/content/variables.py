"""Variables in scripts: `{{name}}` stands for a value; one that is not filled never leaves the house."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")


def names(text: str) -> list[str]:
    """The variables in order of appearance, each once."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; a variable without a value stays as it is, to be seen and filled by a person."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
