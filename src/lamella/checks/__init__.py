"""Checks: one class = one finding about a design that is valid and yet may not do what its author wants."""

from lamella.checks import borders, depth, ranges, sizes, transposing, wasting
from lamella.checks.check import CHECKS, Check

__all__ = ["CHECKS", "Check", "borders", "depth", "ranges", "sizes", "transposing", "wasting"]
