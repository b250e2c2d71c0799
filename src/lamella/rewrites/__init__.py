"""Exact rewrites of designs: the same output for less work. Loaded, all of them are registered."""

from lamella.rewrites import folded, phased, reordered
from lamella.rewrites.rewrite import REWRITES, Change, Rewrite
from lamella.rewrites.rewriting import Applied, Rewritten, restoring_form, rewritten

__all__ = [
    "REWRITES",
    "Applied",
    "Change",
    "Rewrite",
    "Rewritten",
    "folded",
    "phased",
    "reordered",
    "restoring_form",
    "rewritten",
]
