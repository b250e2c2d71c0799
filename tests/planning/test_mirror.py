"""Every encoder's mirror gives its input's shape back: planned for many, built and run by Keras for some."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from lamella import Model, answers
from lamella.api import build
from lamella.checks.transposing import Checkerboard
from lamella.design import Design
from lamella.errors import DesignError
from lamella.layers import (
    LSTM,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    SeparableConv2D,
)
from lamella.planning.mirror import WAYS, Mirror, decoder_alone, mirrored
from lamella.planning.planner import plan
from lamella.sources import yaml_file
from planning.encoders import encoder


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("small", [False, True])
def test_shapes_come_back(way, skips, small):
    random = Random(5)
    for _ in range(100):
        design = encoder(random)
        known = plan(mirrored(design, Mirror(way, skips, small)))
        assert known.errors == ()
        assert [*known.outputs.values()] == [known.row("input").output_shape]
        assert known.design.nodes[: len(design.nodes)] == design.nodes
        assert list(known.findings) == [], "nothing is left unread"


@pytest.mark.slow
def test_keras_gives_them_back():
    random = Random(7)
    for number in range(45):
        design = mirrored(encoder(random), Mirror(WAYS[number % 3], number % 2 == 1, number % 4 > 1))
        shape = (2, *design.inputs[0].arguments["shape"])
        assert build(design)(np.zeros(shape, "float32")).shape == shape


def test_a_decoder_alone_is_the_second_half():
    random = Random(11)
    for _ in range(60):
        design = encoder(random)
        whole = mirrored(design, Mirror())
        half = plan(decoder_alone(whole, design))
        assert half.errors == ()
        (code,) = plan(design).outputs.values()
        assert half.rows[0].output_shape == code
        rest = plan(whole).rows[len(design.nodes) :]
        assert [row.output_shape for row in half.rows[1:]] == [row.output_shape for row in rest]


def test_transposed_kernels_overlap_evenly_where_the_sizes_allow():
    x = Input((32, 32, 3))
    y = MaxPooling2D(2)(Conv2D(8, 3, 2, "same")(x))
    known = plan(mirrored(Model(x, y).design, Mirror("transposed")))
    assert [*Checkerboard().find(known)] == []


def test_normalization_is_mirrored():
    x = Input((32, 32, 3))
    y = BatchNormalization()(Conv2D(8, 3, 2, "same", use_bias=False)(x))
    types = [node.type for node in mirrored(Model(x, y).design, Mirror()).nodes[3:]]
    assert types == ["UpSampling2D", "Conv2D", "BatchNormalization", "Activation", "Conv2D"]


def test_a_separable_encoder_has_a_separable_mirror():
    x = Input((32, 32, 3))
    y = DepthwiseConv2D(3, 2, "same")(SeparableConv2D(8, 3, 2, "same")(x))
    encoder = Model(x, y)
    whole = mirrored(encoder.design, Mirror())
    assert [node.type for node in whole.nodes if "Conv" in node.type][2:] == ["DepthwiseConv2D", "SeparableConv2D"]
    assert plan(whole).totals.params < 3 * encoder.plan().totals.params


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda x: LSTM(3)(x), "LSTM can't be mirrored"),
        (lambda x: [Dense(3)(x), Dense(2)(x)], "one input and one output"),
    ],
)
def test_what_can_not_be_mirrored_is_named(make, said):
    x = Input((8, 3))
    with pytest.raises(DesignError, match=said):
        mirrored(Model(x, make(x)).design, Mirror())


def test_open_sizes_are_asked_for():
    x = Input((None, None, 3))
    with pytest.raises(DesignError, match="open"):
        mirrored(Model(x, Conv2D(3, 3, 2)(x)).design, Mirror())


def test_an_encoders_errors_are_told():
    broken = yaml_file.read(b"input: [4, 4, 1]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 9}\n", "d.yaml")
    with pytest.raises(DesignError, match="kernel_size"):
        mirrored(broken, Mirror())


TEXT = """# Mine.
name: enc   # its name
input: [27, 31, 3]
layers:
- Conv2D: {filters: 8, kernel_size: 3, strides: 2}   # down
- Conv2D:
    filters: 4  # few
    kernel_size: 3
# behind
expect: {output: [11, 13, 4]}
outputs: conv2d_1
# end
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("way", WAYS)
def test_comments_stay(tmp_path, end, way):
    file = tmp_path / "enc.yaml"
    file.write_bytes(TEXT.replace("\n", end).encode())
    text = answers.mirror_text(file, way=way)
    for comment in ("# Mine.", "# down", "# few", "# behind", "# end"):
        assert comment in text
    assert yaml_file.read(text.encode(), "x") == answers.mirror(file, way=way)
    assert isinstance(answers.mirror(file, way=way), Design)


def test_a_vector_code():
    x = Input((9, 9, 1))
    y = Dense(4)(Flatten()(Conv2D(2, 3, 3)(x)))
    whole = mirrored(Model(x, y).design, Mirror())
    assert [node.type for node in whole.nodes[4:]] == ["Dense", "Reshape", "UpSampling2D", "Conv2D"]


def test_a_vectors_decoder_ends_in_its_dense():
    x = Input((8, 9, 2))
    whole = mirrored(Model(x, Dense(4)(Flatten()(x))).design, Mirror())
    assert [node.type for node in whole.nodes[3:]] == ["Dense", "Reshape"]
    assert whole.nodes[3].arguments["activation"] == "sigmoid"


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_the_cost_of_a_large_dense_is_told_with_what_spares_it(way, skips):
    x = Input((32, 32, 1))
    y = MaxPooling2D(2)(Conv2D(8, 3, padding="same")(x))
    encoder = Model(x, Dense(16)(Flatten()(y))).design
    found = answers.mirror_cost(encoder, way=way, skips=skips)
    assert found.dense.params == 16 * 16 * 16 * 8 + 16 * 16 * 8
    assert found.total == answers.plan(answers.mirror(encoder, way=way, skips=skips)).totals.params
    short = Model(x, Dense(16)(GlobalAveragePooling2D()(y)))
    assert found.pooled == answers.plan(answers.mirror(short, way=way, skips=skips)).totals.params
    assert found.ended == answers.plan(answers.mirror(Model(x, y), way=way, skips=skips)).totals.params
    assert found.code == "max_pooling2d"
    assert answers.mirror_cost(Model(x, y), way=way, skips=skips) is None


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("UpSampling2D", "makes pictures larger"),
        ("Conv2D: {filters: 2, kernel_size: 3, data_format: channels_first}", "with the channels last"),
    ],
)
def test_what_to_change_is_told(layer, said):
    with pytest.raises(DesignError, match=said):
        mirrored(yaml_file.read(f"input: [9, 9, 9]\nlayers:\n  - {layer}\n".encode(), "d"), Mirror())


@pytest.mark.parametrize(
    ("design", "given_back"),
    [
        ("input: [4, 4, 4, 4, 2]\nlayers:\n  - Reshape: {target_shape: [64, 8]}\n", True),
        ("input: [3, 9, 8]\nlayers:\n  - Permute: {dims: [2, 3, 1]}\n  - Reshape: {target_shape: [36, 6]}\n", True),
        ("input: [3, 9, 8]\nlayers:\n  - Flatten: {data_format: channels_first}\n", True),
        ("input: [31, 17, 2]\nlayers:\n  - Resizing: {height: 9, width: 5}\n", True),
        ("input: [31, 17, 2]\nlayers:\n  - AdaptiveMaxPooling2D: {output_size: 4}\n", True),
        ("input: [31, 2]\nlayers:\n  - AdaptiveMaxPooling1D: {output_size: 4}\n", True),
        ("input: [31, 17, 2]\nlayers:\n  - CenterCrop: {height: 9, width: 5}\n", True),
        ("input: []\nlayers:\n  - Reshape: {target_shape: [1]}\n", False),
        ("input: [3, 8, 8]\nlayers:\n  - GlobalAveragePooling2D: {data_format: channels_first}\n", False),
        (
            "input: [8, 8, 8]\nlayers:\n"
            "  - Conv2D: {filters: 8, kernel_size: 3, padding: same, data_format: channels_first}\n",
            False,
        ),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_unusual_axes_come_back_or_are_refused(design, given_back, way):
    read = yaml_file.read(design.encode(), "unusual")
    if not given_back:
        with pytest.raises(DesignError):
            mirrored(read, Mirror(way))
        return
    known = plan(mirrored(read, Mirror(way)))
    assert [*known.outputs.values()] == [known.row("input").output_shape]
