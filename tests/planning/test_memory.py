"""Memory: parts that sum to the whole, laws over random designs, independent simulations, examples by hand."""

from __future__ import annotations

from math import prod

import pytest

from lamella import Model
from lamella.design import INPUT, Design, Node
from lamella.layers import (
    ELU,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
    SimpleRNN,
)
from lamella.layers.base import elements
from lamella.planning.arrays import PARTS
from lamella.planning.memory import DTYPES, ENGINES, Memory, times
from lamella.planning.optimizers import OPTIMIZERS
from lamella.planning.planner import plan


def parts(memory: Memory) -> list[int]:
    return [getattr(memory, f"{name}_bytes") for name in PARTS]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_parts_sum_to_the_peak_and_no_layer_is_above_it(random_designs: list[Design], engine: str) -> None:
    for design in random_designs:
        found = plan(design, batch=3, engine=engine)
        memory = found.memory
        assert sum(parts(memory)) == memory.training_peak_bytes
        assert memory.parameters_bytes == 4 * found.totals.params == 4 * sum(row.params for row in found.rows)
        assert memory.optimizer_bytes == 8 * found.totals.trainable_params
        assert 0 <= memory.gradients_bytes <= 8 * found.totals.trainable_params
        assert max(row.inference_bytes for row in found.rows) == memory.inference_peak_bytes
        assert max(row.training_bytes for row in found.rows) <= memory.training_peak_bytes
        assert found.row(memory.inference_peak_layer).inference_bytes == memory.inference_peak_bytes
        assert memory.inference_peak_bytes <= memory.training_peak_bytes
        assert all(row.activation_bytes == times(elements(row.output_shape), 4) for row in found.rows)


@pytest.mark.parametrize("engine", ENGINES)
def test_memory_grows_with_the_batch_and_never_faster(random_designs: list[Design], engine: str) -> None:
    """The peak is the largest of moments that each grow by so much an image: convex in the batch."""
    for design in random_designs:
        one, two, three, ten = (plan(design, batch=batch, engine=engine).memory for batch in (1, 2, 3, 10))
        assert one.parameters_bytes == ten.parameters_bytes
        assert one.optimizer_bytes == ten.optimizer_bytes
        if ten.training_peak_bytes > 256 * 1024 and engine == "tensorflow":
            continue  # what lies idle in its pool depends on how sizes fit, and may shrink
        for name in ("inference_peak_bytes", "training_peak_bytes"):
            first, second, third, last = (getattr(memory, name) for memory in (one, two, three, ten))
            assert 0 <= second - first <= third - second <= (last - third) / 7


def test_dtypes(random_designs: list[Design]) -> None:
    for design in random_designs:
        base = plan(design, batch=2, engine="jax")
        for dtype, (activation, weight) in DTYPES.items():
            memory = plan(design, 2, dtype, engine="jax").memory
            assert memory.parameters_bytes == weight * base.totals.params
            assert memory.optimizer_bytes == 2 * weight * base.totals.trainable_params
            if activation == weight:
                assert memory.inference_peak_bytes * 4 == base.memory.inference_peak_bytes * weight
            else:
                assert memory.inference_peak_bytes <= base.memory.inference_peak_bytes + 2 * base.totals.params


def small_network() -> Model:
    x = Input((6, 6, 1))
    y = MaxPooling2D()(Conv2D(2, 3, padding="same", activation="relu")(x))
    return Model(x, Dense(5, activation="softmax")(Flatten()(y)))


IMAGE, CONVOLVED, POOLED, DENSE = 6 * 6 * 1, 6 * 6 * 2, 3 * 3 * 2, 5
WEIGHTS = (3 * 3 * 1 * 2 + 2, 18 * 5 + 5)


@pytest.mark.parametrize(("optimizer", "arrays"), [("sgd", 0), ("momentum", 1), ("adam", 2), ("amsgrad", 3)])
def test_tensorflow_counted_by_hand(optimizer: str, arrays: int) -> None:
    """The most is alive while the pooling's gradient is computed.

    Kept are the convolution's output (its relu's, which the pooling reads) and the pooling's output with a byte
    each for where the largest was. The dense layer's output is gone: the softmax's gradient was made in place. Its
    weights' gradient is being computed, so that of its output is still there, beside those of both sides of the pool.
    """
    batch = 7
    memory = small_network().plan(batch=batch, optimizer=optimizer).memory
    assert memory.parameters_bytes == 4 * sum(WEIGHTS)
    assert memory.optimizer_bytes == 4 * arrays * sum(WEIGHTS)
    assert memory.gradients_bytes == 4 * WEIGHTS[1]
    assert memory.batch_bytes == 4 * batch * (IMAGE + DENSE)
    assert memory.saved_bytes == batch * (4 * (CONVOLVED + POOLED) + POOLED)
    assert memory.live_bytes == 4 * batch * (DENSE + POOLED + CONVOLVED)
    assert memory.workspace_bytes == memory.pool_bytes == 0
    assert (memory.training_peak_layer, memory.training_peak_phase) == ("max_pooling2d", "backward")
    assert memory.inference_peak_bytes == 4 * (sum(WEIGHTS) + batch * (IMAGE + CONVOLVED + POOLED))


def test_pytorch_counted_by_hand() -> None:
    """The convolution's gradients are the last: its copies are filled up to 16 channels.

    The relu's gradient is done: what it needed and the gradient behind it are gone. The image needs no gradient, and
    its one channel no copy.
    """
    batch = 7
    memory = small_network().plan(batch=batch, engine="torch").memory
    assert memory.training_peak_layer == "conv2d"
    assert memory.gradients_bytes == 4 * sum(WEIGHTS)
    assert memory.batch_bytes == 4 * batch * (IMAGE + DENSE)
    assert (memory.saved_bytes, memory.live_bytes) == (0, 4 * batch * CONVOLVED)
    assert memory.workspace_bytes == 4 * batch * 6 * 6 * 16
    indices = 8 * batch * POOLED
    forward = memory.parameters_bytes + 4 * batch * (IMAGE + CONVOLVED)
    assert memory.inference_peak_bytes == forward + max(4 * batch * 6 * 6 * 16, 4 * batch * POOLED + indices)


def test_rows_say_what_each_layer_keeps_each_array_once() -> None:
    """The image is kept by the convolution, the relu's output too; the pooling adds its output and the bytes."""
    rows = small_network().plan(batch=9).rows
    kept = [4 * (IMAGE + CONVOLVED), 4 * POOLED + POOLED, 0, 4 * DENSE]
    assert [row.saved_bytes for row in rows] == [0, *kept]
    torch = small_network().plan(engine="torch").rows
    assert [row.saved_bytes for row in torch] == [0, 4 * (IMAGE + CONVOLVED), 8 * POOLED, 0, 4 * (POOLED + DENSE)]


def test_statistics_do_not_grow_with_the_batch() -> None:
    """Batch normalization keeps its input and a mean and a variance a channel; dropout a byte a number."""
    x = Input((4, 4, 3))
    assert Model(x, BatchNormalization()(x)).plan(5).rows[1].saved_bytes == 4 * (48 + 2 * 3)
    y = Conv2D(3, 1)(x)
    dropped = [Model(x, Dropout(rate)(y)).plan(engine=engine).rows[2] for rate in (0.5, 0) for engine in ENGINES]
    assert [row.saved_bytes for row in dropped] == [48, 4 * 48, 48, 0, 0, 0]


def test_what_no_gradient_passes_keeps_nothing() -> None:
    x = Input((6, 6, 2))
    memory = Model(x, Add()([x, ReLU()(x)])).plan(batch=5).memory
    assert memory.saved_bytes == memory.gradients_bytes == memory.optimizer_bytes == 0
    assert memory.batch_bytes == 2 * 4 * 5 * 72


@pytest.mark.parametrize("engine", ENGINES)
def test_frozen_layers(engine: str) -> None:
    """Behind the first trained layer a frozen one hands gradients on, before it nothing is kept."""

    def network(**frozen: bool) -> Model:
        x = Input((8, 8, 3))
        y = Conv2D(4, 3, padding="same", activation="relu", trainable=frozen.get("first", True))(x)
        y = BatchNormalization(trainable=frozen.get("first", True))(y)
        y = Conv2D(5, 3, padding="same", trainable=frozen.get("second", True))(y)
        return Model(x, Conv2D(6, 3, padding="same", trainable=frozen.get("third", True))(y))

    all_trained, early, late = (
        network(**frozen).plan(batch=4, engine=engine) for frozen in ({}, {"first": False}, {"third": False})
    )
    assert [row.saved_bytes for row in early.rows[:3]] == [0, 0, 0]
    assert early.memory.optimizer_bytes == 8 * sum(row.params for row in early.rows[3:])
    assert late.rows[4].saved_bytes == 0, "without gradients of its weights it does not need its input"
    assert late.rows[3].saved_bytes == all_trained.rows[3].saved_bytes
    assert late.memory.optimizer_bytes == 8 * sum(row.trainable_params for row in all_trained.rows[1:4])
    assert max(early.memory.training_peak_bytes, late.memory.training_peak_bytes) <= (
        all_trained.memory.training_peak_bytes
    )
    none = network(first=False, second=False, third=False).plan(batch=4, engine=engine).memory
    assert none.gradients_bytes == none.saved_bytes == none.optimizer_bytes == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shared_layer_has_its_weights_once(engine: str) -> None:
    x = Input((50,))
    dense = Dense(50)
    shared = Model(x, dense(dense(x))).plan(engine=engine).memory
    two = Model(x, Dense(50)(Dense(50)(x))).plan(engine=engine).memory
    one = Model(x, Dense(50)(x)).plan(engine=engine).memory
    assert shared.parameters_bytes == one.parameters_bytes == two.parameters_bytes / 2
    assert shared.optimizer_bytes == one.optimizer_bytes
    assert one.training_peak_bytes <= shared.training_peak_bytes < two.training_peak_bytes


@pytest.mark.parametrize("engine", ENGINES)
def test_an_alias_is_no_array(engine: str) -> None:
    x = Input((6, 6, 2))
    y = Conv2D(3, 3)(x)
    plain, flat = (Model(x, z).plan(batch=3, engine=engine).memory for z in (y, Flatten()(y)))
    assert plain.training_peak_bytes == flat.training_peak_bytes
    assert plain.inference_peak_bytes == flat.inference_peak_bytes


def test_a_skip_connection_stays_alive() -> None:
    x = Input((4, 4, 1))
    skipped = Conv2D(3, 3, padding="same")(x)
    y = Conv2D(1, 3, padding="same")(skipped)
    joined = Model(x, Add()([skipped, y])).plan(engine="jax")
    params = 4 * joined.totals.params
    assert joined.memory.inference_peak_bytes == params + 4 * (16 + 48 + 16), "the sum is written over the skip"
    assert Model(x, y).plan(engine="jax").memory.inference_peak_bytes == params + 4 * (16 + 48 + 16)


def test_mixed_precision_keeps_weights_in_32_bits() -> None:
    plain, half, mixed = (small_network().plan(7, dtype).memory for dtype in ("float32", "bfloat16", "mixed_bfloat16"))
    assert mixed.parameters_bytes == plain.parameters_bytes == 2 * half.parameters_bytes
    assert mixed.optimizer_bytes == plain.optimizer_bytes == 2 * half.optimizer_bytes
    masks = 7 * POOLED
    assert half.saved_bytes - masks == (plain.saved_bytes - masks) / 2
    assert mixed.saved_bytes == half.saved_bytes + 2 * sum(WEIGHTS), "with the weights in 16 bits"


def test_the_inputs_batch_size_is_the_default_batch() -> None:
    x = Input((4, 4, 1), batch_size=6)
    assert Model(x, Conv2D(1, 3)(x)).plan().memory == Model(x, Conv2D(1, 3)(x)).plan(batch=6).memory


def test_open_sizes_are_not_counted_as_nothing() -> None:
    nodes = (Node("x", INPUT, {"shape": (None, 8, 1)}), Node("y", "Conv2D", {"filters": 2, "kernel_size": 3}, ("x",)))
    known = plan(Design("open", nodes, {"y": "y"}))
    memory = known.memory
    assert (memory.parameters_bytes, memory.optimizer_bytes) == (4 * 20, 8 * 20)
    assert memory.saved_bytes is memory.inference_peak_bytes is memory.training_peak_bytes is None
    assert [row.training_bytes for row in known.rows] == [None, None]
    assert known.rows[1].saved_bytes is None


def test_a_layer_of_which_it_is_not_known_what_it_keeps_leaves_inference_known() -> None:
    x = Input((5, 4))
    found = Model(x, Dense(3)(SimpleRNN(6)(x))).plan()
    assert found.memory.training_peak_bytes is found.memory.saved_bytes is None
    assert found.memory.inference_peak_bytes is not None
    assert [row.saved_bytes for row in found.rows] == [0, None, 4 * 6]


def test_an_unknown_layer_leaves_no_figure() -> None:
    nodes = (
        Node("x", INPUT, {"shape": (8,)}),
        Node("odd", "Mystery", {}, ("x",), gives=((4,),)),
        Node("y", "Dense", {"units": 2, "trainable": False, "activation": "relu"}, ("odd",)),
    )
    found = plan(Design("opaque", nodes, {"y": "y"}))
    memory = found.memory
    assert [row.saved_bytes for row in found.rows] == [0, None, 4 * 2]
    assert {getattr(memory, f"{part}_bytes") for part in PARTS} == {None}
    assert memory.inference_peak_bytes is memory.training_peak_bytes is None


def test_batch_normalization_and_elu_in_place() -> None:
    """TensorFlow writes an activation over what it reads where nothing else needs that."""
    x = Input((8, 8, 4))
    y = Conv2D(4, 1)(x)
    apart = Model(x, ELU()(y)).plan(batch=2)
    assert apart.memory.inference_peak_bytes == 4 * (apart.totals.params + 2 * 2 * prod((8, 8, 4)))
    torch = Model(x, ELU()(y)).plan(batch=2, engine="torch")
    assert torch.memory.inference_peak_bytes > apart.memory.inference_peak_bytes


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_trains(optimizer: str) -> None:
    memory = small_network().plan(optimizer=optimizer).memory
    assert sum(parts(memory)) == memory.training_peak_bytes
