"""Memory: parts that sum to the whole, growth with the batch, a liveness simulation, and an example counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import pytest
from hypothesis import Phase, given, settings

from lamella import Model
from lamella.design import BATCH, INPUT, Design, Node, output_reference
from lamella.layers import (
    ELU,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Masking,
    MaxPooling2D,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from lamella.layers.base import Layer, elements
from lamella.planning.memory import DTYPE_BYTES, OPTIMIZER_ARRAYS, Memory, times
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from planning.designs import designs

PARTS = ("parameters", "gradients", "optimizer", "saved", "live_gradients", "batch")
GROW = ("live_gradients_bytes", "batch_bytes")


@pytest.fixture(scope="module")
def random_designs() -> list[Design]:
    """Random designs without errors and without open sizes."""
    found: list[Design] = []

    @settings(max_examples=350, phases=[Phase.generate])
    @given(designs())
    def collect(design: Design) -> None:
        known = plan(design)
        if not known.errors and known.memory.training_peak_bytes is not None:
            found.append(design)

    collect()
    assert len(found) >= 60
    return found


def parts(memory: Memory) -> list[int]:
    return [getattr(memory, f"{name}_bytes") for name in PARTS]


def test_the_parts_sum_to_the_whole(random_designs: list[Design]) -> None:
    for design in random_designs:
        found = plan(design, batch=3)
        assert sum(parts(found.memory)) == found.memory.training_peak_bytes
        assert found.memory.parameters_bytes == 4 * found.totals.params == 4 * sum(row.params for row in found.rows)
        assert found.memory.gradients_bytes == 4 * found.totals.trainable_params
        one = plan(design, batch=1)
        assert sum(row.saved_bytes for row in one.rows) == one.memory.saved_bytes
        assert all(row.activation_bytes == times(elements(row.output_shape), 4) for row in one.rows)


def test_the_batch_scales_activations_and_nothing_else(random_designs: list[Design]) -> None:
    for design in random_designs:
        one, two, ten = (plan(design, batch=batch).memory for batch in (1, 2, 10))
        for name in GROW:
            assert getattr(ten, name) == 10 * getattr(one, name)
        for name in ("parameters_bytes", "gradients_bytes", "optimizer_bytes"):
            assert getattr(ten, name) == getattr(one, name)
        for name in ("saved_bytes", "inference_peak_bytes", "training_peak_bytes"):
            growth = getattr(two, name) - getattr(one, name)
            assert growth >= 0
            assert getattr(ten, name) == getattr(one, name) + 9 * growth
        assert ten.inference_peak_bytes - ten.parameters_bytes == 10 * (one.inference_peak_bytes - one.parameters_bytes)


def test_dtype_and_optimizer(random_designs: list[Design]) -> None:
    for design in random_designs:
        base = plan(design, batch=2)
        masks = 2 * mask_bytes(base)
        for dtype, size in DTYPE_BYTES.items():
            memory = plan(design, 2, dtype).memory
            assert memory.parameters_bytes == size * base.totals.params
            assert memory.inference_peak_bytes * 4 == base.memory.inference_peak_bytes * size
            assert (memory.saved_bytes - masks) * 4 == (base.memory.saved_bytes - masks) * size
        for optimizer, arrays in OPTIMIZER_ARRAYS.items():
            memory = plan(design, 2, optimizer=optimizer).memory
            assert memory.optimizer_bytes == arrays * memory.gradients_bytes
            others = [name for name in PARTS if name != "optimizer"]
            assert all(getattr(memory, f"{name}_bytes") == getattr(base.memory, f"{name}_bytes") for name in others)


def mask_bytes(found: Plan) -> int:
    """The masks of one byte a number that one image needs, whatever the dtype: each layer's counted from its shape."""
    total = 0
    for row in found.rows:
        sizes = [size for size in row.output_shape or () if size != BATCH]
        match row.layer:
            case Dropout(rate=rate) if 0 < rate < 1:
                total += prod(sizes)
            case SpatialDropout1D(rate=rate) if 0 < rate < 1:
                total += sizes[1]
            case SpatialDropout2D(rate=rate) | SpatialDropout3D(rate=rate) if 0 < rate < 1:
                total += sizes[0 if row.layer.data_format == "channels_first" else -1]
            case Masking():
                total += prod(sizes[:-1])
            case ELU(alpha=alpha) if alpha != 1:
                total += prod(sizes)
            case Layer(type="ops.where"):
                total += elements(found.row(row.node.inputs[0]).output_shape)
    return total


def liveness(found: Plan) -> int:
    """Numbers alive at once, at most: after each node, all storages that it or a later one, or an output, needs."""
    home: dict[str, str] = {}
    sizes: dict[str, int] = {}
    steps: list[tuple[str, tuple[str, ...]]] = []
    for row in found.rows:
        for place, shape in enumerate((row.output_shape, *row.more_shapes)):
            name = output_reference(row.node.name, place)
            home[name] = home[row.node.inputs[0]] if row.layer.aliases else name
            sizes[name] = elements(shape)
            steps.append((name, row.node.inputs))
    wanted = {home[name] for name in found.design.outputs.values()}
    peak = 0
    for now, (name, _) in enumerate(steps):
        made = {home[each] for each, _ in steps[: now + 1]}
        read = {home[each] for _, inputs in steps[now:] for each in inputs}
        peak = max(peak, sum(sizes[storage] for storage in made & (read | wanted | {home[name]})))
    return peak


def test_inference_peak_is_what_a_simulation_finds(random_designs: list[Design]) -> None:
    for design in random_designs:
        found = plan(design)
        assert found.memory.inference_peak_bytes == 4 * (found.totals.params + liveness(found))


def by_hand() -> Mapping[str, int]:
    """The network of the next test, in numbers of one image: what each part holds, from geometry.md's formula."""
    image, convolved, pooled, dense = 6 * 6 * 1, 6 * 6 * 2, 3 * 3 * 2, 5
    parameters = (3 * 3 * 1 * 2 + 2) + (18 * 5 + 5)
    return {
        "parameters": parameters,
        "kept": image + convolved + pooled + dense,
        # image: read by the convolution; its relu keeps its output, which the pool keeps too (counted once);
        # the pool's own output is the Flatten's and is read by the dense layer; softmax keeps its output.
        "live": convolved + pooled,
        # The largest pair is the pool's output gradient and its input's; the image has no gradient.
        "inference": image + convolved,
    }


def small_network() -> Model:
    x = Input((6, 6, 1))
    y = MaxPooling2D()(Conv2D(2, 3, padding="same", activation="relu")(x))
    return Model(x, Dense(5, activation="softmax")(Flatten()(y)))


@pytest.mark.parametrize(
    ("optimizer", "arrays"), [("sgd", 0), ("momentum", 1), ("rmsprop", 1), ("adam", 2), ("amsgrad", 3)]
)
def test_training_counted_by_hand(optimizer: str, arrays: int) -> None:
    memory, hand, batch = small_network().plan(batch=7, optimizer=optimizer).memory, by_hand(), 7
    assert memory.parameters_bytes == memory.gradients_bytes == 4 * hand["parameters"]
    assert memory.optimizer_bytes == 4 * arrays * hand["parameters"]
    assert memory.saved_bytes == 4 * batch * hand["kept"]
    assert memory.live_gradients_bytes == 4 * batch * hand["live"]
    assert memory.batch_bytes == 0, "the convolution keeps the batch already"
    training = (2 + arrays) * hand["parameters"] + batch * (hand["kept"] + hand["live"])
    assert memory.training_peak_bytes == 4 * training
    assert memory.inference_peak_bytes == 4 * (hand["parameters"] + batch * hand["inference"])


@pytest.mark.parametrize("batch", [1, 5])
def test_statistics_do_not_grow_with_the_batch(batch: int) -> None:
    """Batch normalization keeps its input and a mean and a variance a channel; dropout a byte a number."""
    x = Input((4, 4, 3))
    assert Model(x, BatchNormalization()(x)).plan(batch).memory.saved_bytes == 4 * (batch * 48 + 2 * 3)
    assert Model(x, Dropout(0.5)(x)).plan(batch).memory.saved_bytes == batch * 48
    assert Model(x, Dropout(0)(x)).plan(batch).memory.saved_bytes == 0


def test_a_batch_that_no_layer_keeps_is_counted() -> None:
    x = Input((6, 6, 2))
    memory = Model(x, Add()([x, x])).plan(batch=5).memory
    assert (memory.saved_bytes, memory.batch_bytes) == (0, 4 * 5 * 72)


def test_a_skip_connection_stays_alive() -> None:
    x = Input((4, 4, 1))
    skipped = Conv2D(3, 3, padding="same")(x)
    y = Conv2D(1, 3, padding="same")(skipped)
    joined = Model(x, Add()([skipped, y])).plan()
    params = 4 * joined.totals.params
    assert joined.memory.inference_peak_bytes == params + 4 * (48 + 16 + 48)
    assert Model(x, y).plan().memory.inference_peak_bytes == params + 4 * (16 + 48)


def test_the_inputs_batch_size_is_the_default_batch() -> None:
    x = Input((4, 4, 1), batch_size=6)
    assert Model(x, Conv2D(1, 3)(x)).plan().memory == Model(x, Conv2D(1, 3)(x)).plan(batch=6).memory


def test_open_sizes_are_not_counted_as_nothing() -> None:
    nodes = (Node("x", INPUT, {"shape": (None, 8, 1)}), Node("y", "Conv2D", {"filters": 2, "kernel_size": 3}, ("x",)))
    memory = plan(Design("open", nodes, {"y": "y"})).memory
    assert memory.parameters_bytes == 4 * 20
    assert memory.saved_bytes is memory.inference_peak_bytes is memory.training_peak_bytes is None
