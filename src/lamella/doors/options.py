"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from lamella.doors.language import help_text

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(name: str, *more: str, **settings: Any) -> Decorator:
    """A click option whose help stands in texts/help.py under its name."""
    key = settings.pop("help_key", name.lstrip("-"))
    return click.option(name, *more, help=help_text(key), **settings)


lang = option("--lang", type=click.Choice(["en", "ko"]), expose_value=False)
quiet = option("--quiet", is_flag=True)
seed = option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
