"""The colours of pictures, each for light and for dark: what a reader tells apart by colour is also written."""

from __future__ import annotations

from typing import Final

FILLS: Final = {
    "ground": ("#ffffff", "#16181c"),
    "box": ("#f3f5f8", "#22262d"),
    "input": ("#e3e6ea", "#3a3f48"),
    "core": ("#f6dfb3", "#6b5220"),
    "convolutional": ("#c5dcf5", "#274d78"),
    "pooling": ("#f5c9c2", "#7a352b"),
    "reshaping": ("#dcd3f2", "#4b3d78"),
    "merging": ("#cfe8cf", "#2c5d36"),
    "activations": ("#f9e7c9", "#6d4a2a"),
    "normalization": ("#d3ecea", "#235a58"),
    "regularization": ("#ececec", "#4a4a4a"),
    "attention": ("#f5d0e4", "#722c55"),
    "rnn": ("#e4e6b8", "#55591d"),
    "preprocessing": ("#e8dccb", "#57483a"),
    "applications": ("#dfe5d3", "#46533a"),
    "ops": ("#d9e2ec", "#3a4a5c"),
    "unknown": ("#ffffff", "#16181c"),
    "seen": ("#8fbcec", "#2f6db0"),
    "made": ("#f2b48a", "#a4562a"),
    "done": ("#f9dfcc", "#5c3a25"),
    "outside": ("#e8ebef", "#2a2e35"),
    "error": ("#b3261e", "#ff8a80"),
    "ink": ("#1b1d21", "#e6e8ec"),
    "soft": ("#555b66", "#a9b0bb"),
}
"""Fills and the colours of words; families of layers by the folder in which Keras has them."""

STROKES: Final = {
    "edge": ("#5b6470", "#98a1ad"),
    "line": ("#b3bac4", "#4b525d"),
    "skip": ("#1f5fa8", "#7db7f0"),
    "error": ("#b3261e", "#ff8a80"),
    "made": ("#a84300", "#f2a56b"),
    "ink": ("#1b1d21", "#e6e8ec"),
}
