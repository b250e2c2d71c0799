"""A layer that is used again: what its first use fixed, so that Keras runs the further one rightly or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from lamella.design import INPUT, Design, Node, Shape
from lamella.planning.planner import plan
from oracles import keras_class

USES: dict[str, tuple[str, dict[str, object], tuple[Shape, ...], tuple[Shape, ...], str | None]] = {
    "other channels": ("Dense", {"units": 2}, ((4, 3),), ((4, 5),), "shares other input"),
    "other size": ("Dense", {"units": 2}, ((4, 3),), ((7, 3),), None),
    "other rank": ("Dense", {"units": 2}, ((4, 3),), ((3,),), None),
    "fixed rank": ("BatchNormalization", {}, ((4, 3),), ((3,),), "shares other rank"),
    "given mean": ("Normalization", {"mean": 0.5, "variance": 2}, ((4, 3),), ((4, 5),), "shares other input"),
    "given mean, other size": ("Normalization", {"mean": 0.5, "variance": 2}, ((4, 3),), ((7, 3),), None),
    "merge, other size": ("Subtract", {}, ((4, 3), (4, 3)), ((5,), (5,)), None),
    "merge, ranks come to differ": ("Subtract", {}, ((4,), (4,)), ((4,), (4, 1)), "shares other rank"),
    "merge, ranks differ": ("Subtract", {}, ((4,), (2, 4)), ((3,), (3,)), None),
}


@pytest.mark.parametrize("case", [*USES])
def test_a_second_use_runs_or_is_refused(case: str) -> None:
    type_name, arguments, first, second, refused = USES[case]
    inputs = [Node(f"in_{n}", INPUT, {"shape": shape}) for n, shape in enumerate([*first, *second])]
    names = [node.name for node in inputs]
    once = Node("once", type_name, arguments, tuple(names[: len(first)]))
    again = Node("again", type_name, {}, tuple(names[len(first) :]), shares="once")
    known = plan(Design("twice", (*inputs, once, again), {"once": "once", "again": "again"}))
    assert [each.key for each in known.errors] == [refused] * (refused is not None), known.errors

    layer = keras_class(type_name)(**arguments)
    given = [[np.zeros((2, *shape), "float32") for shape in shapes] for shapes in (first, second)]
    layer(given[0] if len(first) > 1 else given[0][0])
    try:
        shape = np.shape(layer(given[1] if len(second) > 1 else given[1][0]))
    except Exception:  # Keras' own checks raise ValueError, TensorFlow's share no base with it
        shape = None
    expected = known.by_name["again"].output_shape
    assert (refused is not None) == (shape is None or expected is None or shape[1:] != expected[1:])
