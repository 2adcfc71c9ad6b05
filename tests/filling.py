"""Sheets as people fill them in: what the form showed is sent back, with what they changed."""

from typing import Any

from django.forms import Form
from django.test import Client


def shown(form: Form) -> dict[str, Any]:
    """What the browser would send of the form as it was shown."""
    values = {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
    return {name: value for name, value in values.items() if value not in (None, False)}


def send(browser: Client, address: str, /, **changed: Any) -> Any:
    """Open the sheet at the address, change it, send it. A change to None leaves the field out."""
    opened = browser.get(address)
    assert opened.status_code == 200
    return browser.post(address, changes(shown(opened.context["form"]), changed))


def changes(standing: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**standing, **changed}.items() if value is not None}


def errors(answer: Any) -> dict[str, list[str]]:
    """The errors by field; `__all__` of the form as a whole."""
    return {name: [str(one) for one in found] for name, found in answer.context["form"].errors.items()}
