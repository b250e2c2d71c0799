"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from lamella.doors.input_shapes import sizes
from lamella.doors.language import help_text
from lamella.errors import UsageError, problem
from lamella.planning.expectations import BUDGETS, is_limit
from lamella.texts.languages import phrase

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(name: str, *more: str, **settings: Any) -> Decorator:
    """A click option whose help stands in texts/help.py under its name."""
    key, facts = settings.pop("help_key", name.lstrip("-")), settings.pop("help_facts", {})
    return click.option(name, *more, help=help_text(key, **facts), **settings)


_LIMIT: Final = phrase("a number such as 4000, 1M or 2GiB", "4000, 1M, 2GiB 같은 수")


def budgets(command: Any) -> Any:
    """An option for each limit, and --output."""
    for name in reversed(BUDGETS):
        command = option(f"--{name}", help_key=f"check {name}", metavar="LIMIT")(command)
    return option("--output", help_key="check output", metavar="SIZES")(command)


def targets(output: str | None, limits: Mapping[str, str | None]) -> dict[str, object]:
    """What these options ask for, as in a design's `expect:`. Raises `UsageError`."""
    asked: dict[str, object] = {} if output is None else {"output": sizes(output, "--output")}
    for name, (word, sign) in BUDGETS.items():
        if (limit := limits[name.replace("-", "_")]) is not None:
            if not is_limit(limit):
                raise UsageError(problem("setting", option=f"--{name}", expected=_LIMIT, received=limit))
            asked[word] = f"{sign} {limit}"
    return asked


lang = option("--lang", type=click.Choice(["en", "ko"]), expose_value=False)
quiet = option("--quiet", is_flag=True)
seed = option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
