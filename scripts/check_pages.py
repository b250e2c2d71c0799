"""Writes docs/checks.md, the pages of all checks: python scripts/check_pages.py"""

from pathlib import Path

from lamella.reports.check_page import pages

Path(__file__).parents[1].joinpath("docs", "checks.md").write_text(pages("en"), "utf-8")
