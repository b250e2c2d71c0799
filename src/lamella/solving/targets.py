"""What a solution must reach: the design's own `expect:` and what is asked besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf
from typing import Final, NamedTuple

from lamella.design import Design, Shape
from lamella.errors import Problem
from lamella.planning.expectations import Bound, bound_of, unmet
from lamella.planning.plan import Plan
from lamella.solving.effects import fits
from lamella.solving.geometry import Graph, fields_of

_BYTES_OF_A_WEIGHT: Final = 4
"""float32, as plans count unless they are told otherwise."""


class Target(NamedTuple):
    """One expectation by its word, as in `expect:`."""

    word: str
    expected: object

    @property
    def bound(self) -> Bound | None:
        return None if self.word == "output" else bound_of(self.expected)


class Relaxed(NamedTuple):
    """A target with the nearest that can be reached, None where not known. `exact`: whether nothing is nearer."""

    target: Target
    reached: object
    exact: bool

    @property
    def met(self) -> bool:
        bound = self.target.bound
        if bound is None:
            if isinstance(self.reached, Mapping) and not isinstance(self.target.expected, Mapping):
                return all(each == self.target.expected for each in self.reached.values())
            return self.reached == self.target.expected
        return isinstance(self.reached, int) and bound.holds(self.reached)


def targets_of(design: Design, expect: Mapping[str, object]) -> tuple[Target, ...]:
    """The design's own targets, then those asked besides."""
    found = (*design.expect.items(), *expect.items())
    return tuple(Target(word, list(value) if isinstance(value, tuple) else value) for word, value in found)


def unreadable(plan: Plan, targets: Sequence[Target]) -> list[Problem]:
    """What is wrong with targets whatever a plan's figures are: words, shapes and bounds that can't be read."""
    found = (problem for each in targets for problem in unmet(plan, dict([each])))
    return [each for each in found if each.key not in ("expect not met", "expect not known")]


def meets(plan: Plan, targets: Sequence[Target]) -> bool:
    """Whether a plan without errors meets every target."""
    return not any(unmet(plan, dict([each])) for each in targets)


def limit(targets: Sequence[Target], *words: str) -> tuple[float, float]:
    """The least and the greatest number that a figure may be."""
    low, high = -inf, inf
    for each in targets:
        bound = each.bound
        if each.word not in words or bound is None:
            continue
        if bound.sign in ("<=", "<", "=="):
            high = min(high, ceil(bound.limit) - 1 if bound.sign == "<" else floor(bound.limit))
        if bound.sign in (">=", ">", "=="):
            low = max(low, floor(bound.limit) + 1 if bound.sign == ">" else ceil(bound.limit))
    return low, high


class Limits(NamedTuple):
    """The least and the most of parameters and multiply-adds."""

    least: tuple[float, float] = (-inf, -inf)
    most: tuple[float, float] = (inf, inf)


def limits(targets: Sequence[Target]) -> Limits:
    """What the targets ask for; weights alone must not fill more than the memory that is allowed."""
    _, params = limit(targets, "params")
    least_params, _ = limit(targets, "params", "trainable_params")
    _, memory = limit(targets, "inference_memory", "training_memory")
    least_macs, macs = limit(targets, "macs")
    return Limits((least_params, least_macs), (min(params, memory / _BYTES_OF_A_WEIGHT), macs))


def wanted_outputs(target: Target, names: Sequence[str]) -> Mapping[str, object]:
    """The shapes asked for, by the outputs' names."""
    if isinstance(target.expected, Mapping):
        return {name: shape for name, shape in target.expected.items() if name in names}
    return dict.fromkeys(names, target.expected)


def ends(graph: Graph, design: Design, targets: Sequence[Target]) -> list[int]:
    """The last states that may meet the targets of shapes and receptive fields."""
    found = []
    for place, state in enumerate(graph.states[-1]):
        tensors = dict(zip(graph.names[-1], state.tensors, strict=True))
        shapes: dict[str, Shape | None] = {}
        fields: list[int | None] = []
        for name, reference in design.outputs.items():
            tensor = tensors.get(reference)
            shapes[name] = None if tensor is None else tensor.shape
            fields += (None if tensor is None else fields_of(tensor.seen)) or [None]
        if all(_reached(each, shapes, fields) for each in targets):
            found.append(place)
    return found


def _reached(target: Target, shapes: Mapping[str, Shape | None], fields: Sequence[int | None]) -> bool:
    if target.word == "output":
        return all(fits(shapes[name], shape) for name, shape in wanted_outputs(target, [*shapes]).items())
    bound = target.bound
    if target.word != "receptive_field" or bound is None:
        return True
    return all(field is None or bound.holds(field) for field in fields)
