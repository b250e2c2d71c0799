"""Random designs, planned and built: lamella and Keras give each node the same shape and weights, or both refuse it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from math import ceil, prod

import keras
import numpy as np
import pytest
from hypothesis import Phase, given, settings

from lamella.algebra import number
from lamella.building.keras_model import keras_weights
from lamella.design import BATCH, INPUT, Design, Node, Shape, node_of
from lamella.layers import REGISTRY
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.merging import Merging
from lamella.planning.open_sizes import OpenSize
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from oracles import IN_NO_MODEL, OF_REGULAR, ONE_LIST, OPEN, WHOLE_NUMBERS, KerasGraph, keras_graph, planned_weights
from planning.designs import designs, family
from planning.keras_accepts import KERAS_ACCEPTS, mixes_images

pytestmark = [
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]

DESIGNS = 500

OF_EACH = 5
"""A family of layers that agreed less often is drawn on purpose."""

NEVER_DRAWN = {"ops.batch_normalization", "ops.image.affine_transform"}
"""Operations with further inputs of shapes that random designs never meet; the contract tests run them."""

FOR_WHOLE_NUMBERS = (
    "Expected int32 passed to parameter",
    "has type int32 that does not match type float32",
    "has DataType bool not in list of allowed values",
)
"""How TensorFlow refuses to mix whole numbers, or truth values, with others."""

NO_FAULT_OF_SHAPES = ("Input dims must be <= 5", "is not supported yet", "is not in [0, ", "is not invertible")
"""How a run fails for a limit of TensorFlow's softmax and where, or for numbers that are no indices or no inverse."""

OF_WORDS = ("CategoryEncoding", "HashedCrossing", "StringLookup", "TextVectorization")
"""Layers that take words only, or whole numbers in a range."""


def can_run(node: Node, arguments: Mapping[str, object]) -> bool:
    """Whether TensorFlow on a CPU computes this layer at all, and soon.

    Its convolutions are channels-last only, its transposed ones have no dilation, and Keras has convolutions in
    groups compiled one by one. Where one window of adaptive maximum pooling covers an axis, Keras pools over a
    window that is larger than it, and TensorFlow's oneDNN kernels divide by zero: the process is ended. A squeeze
    of all axes removes also those open ones whose size happens to be 1. A table is read with whole numbers in its
    range, which few layers give; so does `ops.take` from a tensor. An `ops.irfft` of a single number
    would be empty, which ends the process. Its softmax takes at most 5 axes, which
    attention along one axis of a volume exceeds.
    """
    if node.type in (*OF_WORDS, "Embedding", "ReversibleEmbedding") or arguments.get("attention_axes") is not None:
        return False
    empty = node.type == "ops.irfft" and arguments.get("fft_length") is None
    if empty or node.type in OF_REGULAR or any(place < len(node.inputs) for place in WHOLE_NUMBERS.get(node.type, ())):
        return False
    squeezes_all = node.type == "ops.squeeze" and arguments.get("axis") is None
    if squeezes_all or node.type.startswith("AdaptiveMaxPooling"):
        return False
    if node.type == "STFTSpectrogram" and arguments.get("data_format") == "channels_first":
        return False
    found = re.fullmatch("Conv(?:LSTM)?[123]D(Transpose)?", node.type)
    if found is None:
        return True
    dilated = found[1] and arguments.get("dilation_rate", 1) not in (1, (1,), (1, 1), (1, 1, 1))
    return not dilated and arguments.get("data_format") != "channels_first" and arguments.get("groups", 1) == 1


def has_open_input(node: Node, found: KerasGraph) -> bool:
    """Whether the node reads a size that is known only when it runs."""
    return any(None in found.tensors[name].shape[1:] for name in node.inputs)


def behind_a_mask(node: Node, design: Design) -> bool:
    """Whether a Masking comes before the node: its mask goes on beside the numbers, and some layers fail on one.

    A Softmax of three axes takes none of two, a merge may not repeat one. Plans don't follow masks.
    """
    read = {each.name: each for each in design.nodes}
    waiting, seen = list(node.inputs), set()
    while waiting:
        name = node_of(waiting.pop(), read)
        if name not in seen:
            seen.add(name)
            waiting += read[name].inputs
    return any("Masking" in (read[name].type, read[read[name].shares or name].type) for name in seen)


def can_be_compared(node: Node, design: Design, known: Plan) -> bool:
    """Whether the run's shape says something of the plan's.

    Not where another axis of an input counts images too (two of them are fewer than the places of most windows), nor
    where attention repeats its scores along a mask of other axes.
    """
    images_meet = any(known.shapes.get(name, ()).count(BATCH) > 1 for name in node.inputs)
    masked = node.type in ("Attention", "AdditiveAttention") and behind_a_mask(node, design)
    return all(map(fits_open, known.open_sizes)) and not images_meet and not masked


def same_shape(node: Node, ours: Shape, theirs: tuple[int | None, ...]) -> bool:
    """Whether the shapes are equal; where an open size meets a number, Keras may keep it open."""
    joins = issubclass(REGISTRY[node.type], Merging) or node.type in (*ONE_LIST, "EinsumDense")
    pairs = zip(ours, theirs, strict=True)
    return all(number(one) == other or (joins and other is None) for one, other in pairs)


def keras_says(node: Node, found: KerasGraph) -> str:
    """What Keras does with a node that lamella refuses; not run where what it reads could not be computed either."""
    if node.name in found.refused:
        return "refused"
    if node.name in found.failed:
        return "failed"
    return "accepted" if all(node_of(name, found.arrays) in found.arrays for name in node.inputs) else "not run"


def fits_open(size: OpenSize) -> bool:
    """Whether the design takes the size that stands for an open one in a run."""
    if size.remainders is None:
        return False
    lasting = size.first is not None and size.first <= OPEN and OPEN % size.period in size.remainders
    return lasting or OPEN in size.only


def check(design: Design, known: Plan, found: KerasGraph) -> Counter[str]:
    """Compares every node that Keras reaches; says what was compared."""
    seen: Counter[str] = Counter()
    refused = {each.where.layer: each for each in known.errors}
    clean = set()
    for node, row in zip(design.nodes, (known.row(node.name) for node in design.nodes), strict=True):
        if not all(name in clean for name in (*node.inputs, *filter(None, [node.shares]))):
            continue
        if node.name in refused:
            error = refused[node.name]
            outcome = keras_says(node, found)
            allowed = (node.type, error.key) in KERAS_ACCEPTS or mixes_images(error, node, known)
            assert outcome != "accepted" or allowed, error.text()
            seen[f"{outcome} by Keras"] += 1
            continue
        if any(words in found.refused.get(node.name, "") for words in FOR_WHOLE_NUMBERS):
            continue  # a plan has one dtype: what Keras refuses for whole numbers alone is not told
        assert node.name not in found.refused, f"{node}: {found.refused[node.name]}"
        assert row.output_shape is not None
        assert same_shape(node, row.output_shape, found.tensors[node.name].shape), node
        if node.name in found.failed:
            # Cutting the batch, or reading a size that came of it, works for some numbers of images only.
            lost = BATCH not in row.output_shape or any(
                None in known.by_name[name].output_shape for name in node.inputs
            )
            excused_by_words = any(words in found.failed[node.name] for words in NO_FAULT_OF_SHAPES)
            excused = lost or excused_by_words or has_open_input(node, found) or behind_a_mask(node, design)
            assert excused, f"{node}: {found.failed[node.name]}"
        elif node.name in found.arrays and can_be_compared(node, design, known):
            run = np.shape(found.arrays[node.name])
            assert len(run) == len(row.output_shape), node
            pairs = zip(row.output_shape, run, strict=True)
            assert all(number(size) in (None, real) and (size != BATCH or real == 2) for size, real in pairs), node
            seen["run"] += node.type != INPUT
        assert row.weights is not None
        if node.name in found.layers and node.shares is None:
            assert planned_weights(row.weights) == keras_weights(found.layers[node.name]), node
            assert row.params == found.layers[node.name].count_params()
        else:
            assert row.weights == ()
        if (
            None not in found.tensors[node.name].shape[1:]
            or tuple(map(number, row.output_shape[1:])) == found.tensors[node.name].shape[1:]
        ):
            clean.add(node.name)  # where lamella knows more sizes, it may refuse what follows and Keras not yet
        seen["agreed"] += 1
        seen[node.type] += 1
    return seen


def check_totals(known: Plan, found: KerasGraph) -> None:
    """The parameters of a whole Keras model with every node as an output."""
    rows = known.by_name
    if found.refused:
        return  # for whole numbers alone, as check() says
    if any(None in found.tensors[name].shape[1:] and all(map(number, rows[name].output_shape[1:])) for name in rows):
        return  # Keras builds what follows for sizes that lamella knows and it does not
    if any(row.node.type in IN_NO_MODEL for row in known.rows):
        return
    inputs = [found.tensors[node.name] for node in known.design.inputs]
    model = keras.Model(inputs, list(found.tensors.values()))
    assert model.count_params() == known.totals.params
    assert sum(prod(each.shape) for each in model.trainable_weights) == known.totals.trainable_params
    assert not known.totals.partial or any(row.macs is None for row in known.rows)


@pytest.mark.slow
def test_random_designs_agree_with_keras() -> None:
    seen: Counter[str] = Counter()

    def agree(design: Design) -> None:
        if seen["designs"] % 50 == 0:
            keras.backend.clear_session()
        known, found = plan(design), keras_graph(design, can_run)
        seen.update(check(design, known, found))
        if not known.errors:
            check_totals(known, found)
            seen["valid designs"] += 1
        seen["designs"] += 1

    def agreed(name: str) -> int:
        return sum(seen[each] for each in REGISTRY if family(each) == name)

    _drawn(agree, DESIGNS, None)
    for name in dict.fromkeys(map(family, REGISTRY)):
        if agreed(name) < OF_EACH and name not in NEVER_DRAWN:
            _drawn(agree, 2 * OF_EACH, name)
            if not agreed(name):
                _drawn(agree, 10 * OF_EACH, name)
            assert agreed(name), name
    print(dict(seen))
    assert seen["designs"] >= 500
    assert seen["valid designs"] >= 250
    assert seen["refused by Keras"] >= 50
    assert seen["run"] >= 1000


def _drawn(compare: Callable[[Design], None], count: int, often: str | None) -> None:
    drawn = designs(often=often, most=3 if often else 9)
    settings(max_examples=count, phases=[Phase.generate, Phase.shrink])(given(drawn)(compare))()


@pytest.mark.parametrize("name", [*ACTIVATIONS])
def test_every_activation_runs_and_keeps_the_shape(name: str) -> None:
    assert keras.activations.get(name)(np.zeros((2, 3, 4), "float32")).shape == (2, 3, 4)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_every_output_padding_runs_or_is_refused(kernel: int, stride: int, padding: str) -> None:
    """Keras builds an even window with padding same and output_padding 0, and TensorFlow then fails to run it."""
    for extra in range(4):
        for size in (1, 2, 5, 8):
            arguments = {
                "filters": 1,
                "kernel_size": kernel,
                "strides": stride,
                "padding": padding,
                "output_padding": extra,
            }
            nodes = (Node("x", INPUT, {"shape": (size, size, 1)}), Node("y", "Conv2DTranspose", arguments, ("x",)))
            design = Design("transposed", nodes, {"y": "y"})
            known, found = plan(design), keras_graph(design)
            fits = "y" not in found.tensors or ceil(found.tensors["y"].shape[1] / stride) == size
            # Plain TensorFlow refuses what does not fit; where its oneDNN kernels run, it does not check.
            assert known.errors or "y" in found.arrays, (arguments, size)
            assert bool(known.errors) == ("y" not in found.arrays) or not fits, (arguments, size)
            if not known.errors:
                assert found.arrays["y"].shape == (2, *known.row("y").output_shape[1:])
