"""A picture in pixels: SVG to PNG by resvg, which needs nothing of the system but its fonts."""

from __future__ import annotations

from typing import Final

from lamella.building.engines import WRITING_PNG, load

_ZOOM: Final = 2
"""Pixels for each px: words stay sharp on fine screens."""


def png(svg: str) -> bytes:
    """The PNG of an SVG, light, with what moves at rest. Raises `MissingEngineError`."""
    return bytes(load("resvg_py", WRITING_PNG, "png").svg_to_bytes(svg_string=svg, zoom=_ZOOM))
