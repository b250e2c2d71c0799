"""The notebook's door: IPython shows a Design and a Plan as HTML, though both are records without verbs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lamella.design import Design
    from lamella.planning.plan import Plan


def register() -> None:
    """Tells a running IPython how to show them; nothing is loaded before one is shown. Else nothing happens."""
    python = sys.modules.get("IPython")
    shell = None if python is None else python.get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    formatter.for_type_by_name("lamella.design", "Design", design_html)
    formatter.for_type_by_name("lamella.planning.plan", "Plan", plan_html)


def design_html(design: Design) -> str:
    """A design's plan as HTML."""
    from lamella.api import plan

    return plan_html(plan(design))


def plan_html(plan: Plan) -> str:
    """A plan as HTML."""
    from lamella.reports.notebook import notebook_html

    return notebook_html(plan)
