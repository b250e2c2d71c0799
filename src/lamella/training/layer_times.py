"""Each layer of a design by itself, measured on TensorFlow, beside the least time that the roofline allows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

from lamella.building.engines import load, load_keras
from lamella.building.keras_calls import called
from lamella.design import INPUT, Shape, node_of, origin
from lamella.planning.plan import Plan, Row
from lamella.planning.roofline import Running, Time, closed, time_of
from lamella.texts.languages import phrase
from lamella.training.lanes import Cut

_CALL_S: Final = 0.02
"""Long enough that what a call costs in Python does not count."""
_LEAST, _MOST = 3, 25
"""Calls of which the median is taken."""

Bound = Literal["computing", "moving", "overhead"]


class LayerTime(NamedTuple):
    """One layer of the design as it is run, for a batch: what was measured, and the roofline's parts."""

    name: str
    type: str
    stands_for: tuple[str, ...]
    """The layers of the original design whose work it does."""
    output_shape: Shape
    """Of one image."""
    measured_s: float
    """0 where it is computed within another layer's operation, as a batch norm in the convolution before it."""
    least: Time

    @property
    def bound(self) -> Bound:
        """What takes the most of the least time."""
        longest: Bound = "computing" if self.least.computing_s >= self.least.moving_s else "moving"
        return longest if max(self.least.computing_s, self.least.moving_s) >= self.least.layer_s else "overhead"

    @property
    def ratio(self) -> float:
        """How many times the least time it takes; below 1 where its numbers stayed in the caches."""
        return self.measured_s / self.least.seconds


def layer_times(
    plan: Plan, stands_for: Mapping[str, tuple[str, ...]], how: Running, cut: Cut, seconds: float
) -> tuple[LayerTime, ...]:
    """Every layer of a plan without errors that computes something, in about `seconds` besides compiling.

    While learning its gradients are computed too, but none for an input of the network. Where a batch is taken in
    pieces one is measured, since it stays in the caches, and counted as often as there are.
    """
    rows = computing(plan)
    piece = -(-how.batch // cut.pieces)
    pieces, of_piece = how.batch / piece, how._replace(batch=piece)
    spent = {row.node.name: pieces * _measured(row, plan, of_piece, cut.lanes, seconds / len(rows)) for row in rows}
    return beside_least(plan, stands_for, how, spent)


def computing(plan: Plan) -> list[Row]:
    """The rows of layers that compute something."""
    return [row for row in plan.rows if row.node.type != INPUT and row.layer and not row.layer.aliases]


def beside_least(
    plan: Plan, stands_for: Mapping[str, tuple[str, ...]], how: Running, spent: Mapping[str, float]
) -> tuple[LayerTime, ...]:
    """The layers that compute, with the seconds that each `spent` on a batch."""
    found = []
    for row in computing(plan):
        name, least = row.node.name, time_of(row, plan, how._replace(engine=None), passes(row, plan, how))
        shape = closed(row.output_shape or ())[1:]
        found.append(LayerTime(name, row.node.type, stands_for[name], shape, spent[name], least))
    return tuple(found)


def passes(row: Row, plan: Plan, how: Running) -> int:
    """How often a layer computes: forward and, while learning, back to its inputs and to its weights, if it has any."""
    if not how.learning:
        return 1
    return 1 + any(_learns(each, plan) for each in row.node.inputs) + bool(_own(row, plan).weights)


def _learns(reference: str, plan: Plan) -> bool:
    return plan.row(node_of(reference, plan.by_name)).node.type != INPUT


def _own(row: Row, plan: Plan) -> Row:
    """The row that owns the weights."""
    return plan.row(origin(row.node, plan.design).name)


def parts(images: Any, lanes: int) -> list[Any]:
    """A batch in as many nearly equal parts."""
    ends = [len(images) * lane // lanes for lane in range(lanes + 1)]
    return [images[low:high] for low, high in pairwise(ends)]


def _measured(row: Row, plan: Plan, how: Running, lanes: int, seconds: float) -> float:
    """The median of a batch's seconds, in calls of many batches each."""
    tensorflow = load("tensorflow", phrase("measuring", "측정"), "train")
    repeat = _repeated(row, plan, how, lanes)

    def spent(times: int) -> float:
        began = time.perf_counter()
        repeat(tensorflow.constant(times)).numpy()
        return (time.perf_counter() - began) / times

    spent(1)  # traced
    once = min(spent(1), spent(2))
    times = max(1, round(_CALL_S / once))
    calls = min(max(_LEAST, int(seconds / (once * times))), _MOST)
    return statistics.median(spent(times) for _ in range(calls))


def _repeated(row: Row, plan: Plan, how: Running, lanes: int) -> Any:
    """A TensorFlow function that runs a layer so many times, on a batch of random numbers cut into lanes."""
    tensorflow = load("tensorflow", phrase("measuring", "측정"), "train")
    numpy = load("numpy", phrase("measuring", "측정"), "train")
    references = [*dict.fromkeys(row.node.reads)]
    shapes = [closed(plan.shapes[each])[1:] for each in references]
    model = _alone(row, plan, references, shapes)
    draw = numpy.random.default_rng(0)
    given = [parts(draw.random((how.batch, *shape), numpy.float32), lanes) for shape in shapes]
    batches = [[tensorflow.constant(part) for part in each] for each in zip(*given, strict=True)]
    learned = [_learns(each, plan) for each in references]

    def one(inputs: Sequence[Any]) -> list[Any]:
        """Outputs and gradients of a lane."""
        watched = [each for each, learns in zip(inputs, learned, strict=True) if learns and each.dtype.is_floating]
        with tensorflow.GradientTape() as tape:
            tape.watch(watched)
            given = model(inputs[0] if len(inputs) == 1 else list(inputs), training=how.learning)
            outputs: list[Any] = tensorflow.nest.flatten(given)
        sources = [*watched, *(each.value for each in model.trainable_variables)]
        if not how.learning or not sources:
            return outputs
        return [*outputs, *(each for each in tape.gradient(outputs, sources) if each is not None)]

    def again(place: Any, total: Any) -> tuple[Any, Any]:
        with tensorflow.control_dependencies([place]):  # else it is no work to do more than once
            results = [result for lane in batches for result in one([tensorflow.identity(each) for each in lane])]
        # A number of each result is enough for all of it to be computed.
        firsts = [tensorflow.cast(tensorflow.reshape(each, (-1,))[0], "float32") for each in results]
        return place + 1, total + tensorflow.add_n(firsts)

    def repeat(times: Any) -> Any:
        return tensorflow.while_loop(lambda place, _: place < times, again, (0, 0.0), parallel_iterations=1)[1]

    return tensorflow.function(repeat, autograph=False)


def _alone(row: Row, plan: Plan, references: Sequence[str], shapes: Sequence[Shape]) -> Any:
    """A `keras.Model` of one layer."""
    keras = load_keras()
    inputs = {each: keras.Input(shape) for each, shape in zip(references, shapes, strict=True)}
    layers: dict[str, Any] = {}
    first = _own(row, plan)
    if row.node.shares is not None:
        own = {each: keras.Input(closed(plan.shapes[each])[1:]) for each in first.node.reads}
        called(keras, first, first.node, None, layers, own)
        layers[row.node.shares] = layers[first.node.name]
    given = called(keras, row, first.node, None, layers, inputs)
    return keras.Model([*inputs.values()] if len(inputs) > 1 else next(iter(inputs.values())), given)
