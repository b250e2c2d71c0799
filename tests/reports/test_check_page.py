"""The pages of checks: in docs/checks.md as they are, whole in both languages."""

from pathlib import Path

from lamella.checks import CHECKS
from lamella.reports.check_page import pages


def test_the_document_is_as_written():
    written = Path(__file__).parents[2] / "docs" / "checks.md"
    assert written.read_text("utf-8") == pages("en"), "run scripts/check_pages.py"


def test_korean_pages():
    text = pages("ko")
    assert text.count("\n## LAM") == len(CHECKS)
    said = [line for line in text.splitlines() if not line.startswith("    ")]
    assert not [line for line in said if "{" in line]
