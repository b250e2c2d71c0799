"""Records that notebooks show: a record says only that it is one; how it looks, the notebook's door says.

Jupyter, VS Code, Colab and marimo ask an object for `_repr_html_`, IPython's terminal for `_repr_pretty_`. Records know
nothing of reports, so `lamella` names at its import whom to ask; what that needs is loaded when something is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=type)
Form = Callable[[object], str]

_forms: dict[str, Form] = {}


def shown_by(html: Form, text: Form) -> None:
    """Names what gives a record as HTML and as plain text."""
    _forms.update(html=html, text=text)


def shown(kind: Kind) -> Kind:
    """Gives a class of records the methods that notebooks ask for.

    They are put on afterwards, since a NamedTuple takes no second base class.
    """
    kind._repr_html_ = _html  # type: ignore[attr-defined]
    kind._repr_pretty_ = _pretty  # type: ignore[attr-defined]
    return kind


def _html(record: object) -> str:
    return _forms["html"](record)


def _pretty(record: object, printer: Any, cycle: bool) -> None:
    """Prints the text with IPython's printer; no record holds itself, so `cycle` is never true."""
    assert not cycle, "a record holds itself"
    printer.text(_forms["text"](record))
