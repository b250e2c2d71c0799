"""The formulas of sizes, computed as they are written, give the sizes that are shown and planned."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.algebra import Expression, symbol
from lamella.design import BATCH, Shape
from lamella.errors import DesignError
from lamella.layers import REGISTRY
from lamella.layers.base import Layer, ShapeError
from lamella.layers.spatial import SIZES, Spatial

EXAMPLES = [(name, *each) for name in sorted(REGISTRY) for each in REGISTRY[name].examples]
SLIDING = [
    name
    for name in sorted(REGISTRY)
    if issubclass(REGISTRY[name], Spatial) and {"padding", "strides"} <= set(REGISTRY[name].arguments)
]
VALUES = {"H": 23, "W": 18}


def computed(text: str) -> Fraction | int | None:
    """The value of a term of numbers; None where it holds other letters."""
    if not re.fullmatch(r"([\d\s()+−·/⌊⌋⌈⌉,HW]|max)+", text):
        return None
    code = re.sub(r"\d+(,\d{3})*", lambda found: f"F({found[0].replace(',', '')})", text)
    for sign, python in {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "·": "*", "−": "-"}.items():
        code = code.replace(sign, python)
    try:
        return eval(code, {"F": Fraction, "floor": floor, "ceil": ceil, "max": max, **VALUES})  # noqa: S307  (our own formulas)
    except SyntaxError:
        return None


def held(size: object) -> object:
    return size.at(VALUES) if isinstance(size, Expression) else size


def check(layer: Layer, *inputs: Shape) -> dict[str, Fraction | int]:
    """Holds every equation of numbers, and the sizes of all spatial axes, against the plan; what was computed."""
    output = layer.output_shape(*inputs)
    lines, sizes = layer.formulas(inputs, output), {}
    for line in lines:
        left, *terms = line.split(" = ")
        if computed(left) is not None:
            terms.append(left)
        found = [each for each in map(computed, terms) if each is not None]
        if found and len(found) == len(terms):
            assert len(set(found)) == 1, line
            sizes[left] = found[0]
    if isinstance(layer, Spatial) and len(output) >= layer.rank + 2:
        shift = len(output) - layer.rank - 2
        for letter, axis in zip(SIZES[layer.rank], layer.axes, strict=True):
            assert sizes.get(letter, held(output[axis + shift])) == held(output[axis + shift]), lines
    return sizes


@pytest.mark.parametrize(("name", "arguments", "shapes"), EXAMPLES)
def test_equations_of_the_examples_hold(name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    check(REGISTRY[name](**arguments), *((BATCH, *shape) for shape in shapes))


@pytest.mark.parametrize("name", SLIDING)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sliding_windows_sizes_are_computed_as_written(name: str, data: st.DataObject) -> None:
    kind, each = REGISTRY[name], st.integers(1, 4)
    taken, rank = kind.arguments, kind.rank
    axes = st.tuples(*[each] * rank)
    given_values: dict[str, object] = {"padding": data.draw(st.sampled_from(["valid", "same"]))}
    if name in ("Conv1D",):
        given_values["padding"] = data.draw(st.sampled_from(["valid", "same", "causal"]))
    window = "pool_size" if "pool_size" in taken else "kernel_size"
    given_values[window] = data.draw(axes)
    spread = "dilation_rate" in taken and data.draw(st.booleans())
    given_values["dilation_rate" if spread else "strides"] = data.draw(axes)
    if "filters" in taken:
        given_values["filters"] = 2
    if "output_padding" in taken and not spread and data.draw(st.booleans()):
        given_values["output_padding"] = 0
    sizes = [data.draw(st.integers(1, 20)) for _ in range(rank)]
    if "LSTM" not in name and data.draw(st.booleans()):
        sizes[0] = symbol("H")
    steps = (3,) if "LSTM" in name else ()
    channels_first = data.draw(st.booleans())
    shape = (BATCH, *steps, 2, *sizes) if channels_first else (BATCH, *steps, *sizes, 2)
    if channels_first:
        given_values["data_format"] = "channels_first"
    try:
        layer = kind(**given_values)
        layer.output_shape(shape)
    except (ShapeError, DesignError):
        return
    assert set(SIZES[rank]) <= set(check(layer, shape))
