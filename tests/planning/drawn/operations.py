"""The functions of `keras.ops`."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import Shape
from lamella.layers import REGISTRY
from lamella.layers.base import Layer
from lamella.layers.operations.along import Along
from lamella.layers.operations.pairs import Pair
from lamella.layers.operations.reductions import Reducing
from planning.drawn.parts import chance
from planning.drawn.plain import reshape, squeeze

Drawn = SearchStrategy[dict[str, object]]


def axis(shape: Shape, more: int = 0) -> SearchStrategy[int]:
    """Mostly an axis that the shape has and that is not the batch."""
    rank = len(shape) + more
    inner = st.integers(1, max(rank - 1, 1))
    return st.one_of(*[inner] * 6, inner.map(lambda each: each - rank), st.integers(-rank - 1, rank))


def axes(shape: Shape) -> SearchStrategy[object]:
    several = st.lists(axis(shape), min_size=1, max_size=2, unique_by=lambda each: each % max(len(shape), 1))
    return st.one_of(axis(shape), several.map(tuple))


def reduction(shape: Shape, single: bool) -> Drawn:
    kept = {"keepdims": st.booleans()}
    return st.fixed_dictionaries({"axis": axis(shape) if single else axes(shape)}, optional=kept)


@st.composite
def order(draw: DrawFn, shape: Shape) -> dict[str, object]:
    rest = draw(st.permutations(range(1, len(shape))))
    if draw(chance(85)):
        return {"axes": (0, *rest)}
    return {"axes": tuple(draw(st.permutations(range(len(shape)))))} if draw(chance(70)) else {}


@st.composite
def key(draw: DrawFn, shape: Shape) -> dict[str, object]:
    entries: list[object] = [{"start": None, "stop": None, "step": None}]
    for size in shape[1:]:
        end = size if isinstance(size, int) else 3
        ends = {
            "start": draw(st.one_of(st.none(), st.integers(-end, end - 1))),
            "stop": draw(st.one_of(st.none(), st.integers(1, end))),
            "step": draw(st.sampled_from([None, 1, 2, -1])),
        }
        if isinstance(size, int) and not range(*slice(*ends.values()).indices(end)):
            ends = dict.fromkeys(ends)
        entries.append(
            draw(st.sampled_from([ends, ends, draw(st.integers(-end, end - (1 if draw(chance(90)) else 0)))]))
        )
        if draw(chance(10)):
            entries.append(None)
    kept = draw(st.integers(1, len(entries)))
    return {"key": tuple(entries[:kept])}


@st.composite
def split(draw: DrawFn, shape: Shape) -> dict[str, object]:
    at = draw(axis(shape))
    size = shape[at] if -len(shape) <= at < len(shape) else None
    size = size if isinstance(size, int) else 4
    fitting = [each for each in range(1, min(size, 6) + 1) if size % each == 0]
    if size > 1 and draw(chance(40)):
        return {"indices_or_sections": (draw(st.integers(1, size - 1)),), "axis": at}
    return {"indices_or_sections": draw(st.sampled_from([*fitting * 3, 2])), "axis": at}


def new_shape(drawn: dict[str, object], shape: Shape) -> dict[str, object]:
    """A target without the batch, with the batch in front."""
    target = drawn["target_shape"]
    assert isinstance(target, tuple)
    known = [shape[at + 1] if size == -1 and at + 1 < len(shape) else size for at, size in enumerate(target)]
    return {"newshape": (-1, *(size if isinstance(size, int) and size > 0 else 1 for size in known))}


def equation(shape: Shape) -> Drawn:
    letters = "bijklm"[: len(shape)]
    summed = letters[:-1] if len(shape) > 1 else letters
    forms = [f"{letters},{letters}->{summed}", f"{letters},{letters}->{letters}", f"{letters}->{letters}"]
    return st.sampled_from([{"subscripts": each} for each in forms])


def constant() -> Drawn:
    return st.sampled_from([{}, {}, {"x1": 2}, {"x2": 0.5}, {"x2": 3}])


def families(base: type, strategy: Callable[[type, Shape], Drawn]) -> dict[str, Callable[..., Drawn]]:
    """One strategy for every type of a family."""
    found = {name: each for name, each in REGISTRY.items() if issubclass(each, base)}
    return {name: lambda shape, _, kind=kind: strategy(kind, shape) for name, kind in found.items()}


def reduced(kind: type[Layer], shape: Shape) -> Drawn:
    found = reduction(shape, "arg" in kind.type or kind.type == "ops.average")
    if "q" in kind.arguments:
        found = st.tuples(found, st.sampled_from([0, 0.25, 0.5, 1, [0.5, 1], [0, 0.25, 1]])).map(
            lambda both: {"q": both[1], **both[0]}
        )
    return found if "keepdims" in kind.arguments else found.map(lambda drawn: {"axis": drawn["axis"]})


def along(kind: type[Layer], shape: Shape) -> Drawn:
    return st.fixed_dictionaries({"axis": axis(shape)})


ARGUMENTS = {
    **families(Pair, lambda kind, shape: constant()),
    **families(Reducing, reduced),
    **families(Along, along),
    "ops.reshape": lambda shape, data_format: reshape(shape).map(lambda drawn: new_shape(drawn, shape)),
    "ops.squeeze": lambda shape, data_format: squeeze(shape),
    "ops.transpose": lambda shape, data_format: order(shape),
    "ops.swapaxes": lambda shape, data_format: st.fixed_dictionaries({"axis1": axis(shape), "axis2": axis(shape)}),
    "ops.expand_dims": lambda shape, data_format: st.fixed_dictionaries({"axis": axis(shape, 1)}),
    "ops.repeat": lambda shape, data_format: st.fixed_dictionaries({"repeats": st.integers(1, 3), "axis": axis(shape)}),
    "ops.tile": lambda shape, data_format: st.tuples(*[st.integers(1, 2)] * max(len(shape) - 1, 1)).map(
        lambda times: {"repeats": times}
    ),
    "ops.concatenate": lambda shape, data_format: st.fixed_dictionaries({"axis": axis(shape)}),
    "ops.stack": lambda shape, data_format: st.fixed_dictionaries({"axis": axis(shape, 1)}),
    "ops.split": lambda shape, data_format: split(shape),
    "ops.get_item": lambda shape, data_format: key(shape),
    "ops.einsum": lambda shape, data_format: equation(shape),
    "ops.where": lambda shape, data_format: st.sampled_from([{}, {"x1": 1.0}, {"x2": 0.0}, {"x1": 1, "x2": 0}]),
}
