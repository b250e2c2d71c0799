"""Figures in other tools' conventions against the tools themselves, layer by layer and for whole networks."""

from __future__ import annotations

import logging
import random
import re
from pathlib import Path

import pytest

import lamella as door
from lamella import Model
from lamella.design import INPUT
from lamella.errors import UsageError
from lamella.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    UpSampling2D,
    ZeroPadding2D,
)
from planning import networks

torch = pytest.importorskip(
    "torch", reason="PyTorch is an oracle, not a dependency: pip install --group oracles", exc_type=ImportError
)
from planning.torch_networks import ACTIVATIONS, Network, unit  # noqa: E402
from planning.torch_tools import TOOLS, zeros  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
RESNET50 = (3, 4, 6, 3)


def check(model: Model, like: str, complete: bool = True) -> None:
    """Every row and the total against the tool; a row that lamella does not know is left out."""
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    plan, pure = model.plan(like=like), model.plan()
    assert not plan.errors
    unknown = [row.node.name for row in plan.rows if row.macs is None]
    assert plan.totals.partial == bool(unknown)
    assert not (complete and unknown)
    for row in plan.rows:
        if row.node.type != INPUT and row.macs is not None:
            printed = TOOLS[like](unit(plan, row), zeros(plan.inputs_of(row)))
            assert row.macs == printed, f"{row.layer!r} over {plan.inputs_of(row)}: {like} prints {printed}"
    if not unknown:
        inputs = zeros([plan.row(node.name).output_shape for node in plan.design.inputs])
        assert plan.totals.macs == TOOLS[like](Network(plan).eval(), inputs)
    if like in ("torchvision", "flopcounter"):
        assert plan.totals.macs == pure.totals.macs * (1 if like == "torchvision" else 2)


def hand_made() -> dict[str, Model]:
    image = Input((12, 16, 4))
    x = Conv2D(6, 3, padding="same", activation="relu")(image)
    shared = Conv2D(6, 3, 1, "same", groups=2, use_bias=False)
    x = shared(shared(BatchNormalization()(x)))
    y = Add()([x, Conv2D(6, 1, activation="gelu")(image)])
    z = MaxPooling2D(2)(BatchNormalization(scale=False, center=False)(ReLU()(y)))
    branch = AveragePooling2D(3, 2, "same")(y)
    joined = Concatenate()([z, branch])
    head = Dense(10, activation="softmax")(Dropout(0.5)(GlobalAveragePooling2D()(joined)))
    code = Dense(3)(UpSampling2D(2)(Conv2DTranspose(4, 3, 2, "same", activation="sigmoid")(joined)))
    pictures = UpSampling2D(2, interpolation="bilinear")(Conv2DTranspose(2, 2, 3, activation="elu")(z))
    two = Input((8,)), Input((8,))
    sums = Dense(4, use_bias=False)(Add()(list(two)))
    flat = Input((6, 5, 3))
    rest = ReLU(max_value=6)(ZeroPadding2D(1)(Cropping2D(1)(UpSampling2D(3, interpolation="bicubic")(flat))))
    last = BatchNormalization()(Flatten()(ReLU(negative_slope=0.1)(Conv2D(2, (3, 2), 2, "same")(rest))))
    return {
        "several outputs": Model(image, [head, code, pictures]),
        "two inputs": Model(list(two), BatchNormalization()(sums)),
        "the rest": Model(flat, Dense(5)(last)),
        **{f"activation {name}": activated(name) for name in ACTIVATIONS},
    }


def activated(name: str) -> Model:
    x = Input((4, 5, 3))
    return Model(x, Activation(name)(Dense(2, activation=name)(x)))


MODELS = hand_made()


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("name", MODELS)
def test_hand_made_networks(name, like):
    check(MODELS[name], like)


def drawn(seed: int) -> Model:
    """A random network over pictures with a head of dense layers."""
    dice = random.Random(seed)
    x = image = Input((dice.randint(5, 17), dice.randint(5, 17), dice.randint(1, 4)))

    def pair(low, high):
        return dice.randint(low, high), dice.randint(low, high)

    def picture(x):
        padding, activation = dice.choice(["same", "valid"]), dice.choice([None, "relu", *ACTIVATIONS])
        small = min(x.shape[1:3]) < 4
        padding = "same" if small else padding
        kind = dice.choice(["conv", "conv", "up", "max", "mean", "norm", "nearest", "relu", "add", "join"])
        if kind == "conv":
            strides, dilation = dice.choice([(pair(1, 2), 1), (1, pair(1, 2)), (1, 1)])
            return Conv2D(
                dice.randint(1, 5), pair(1, 2), strides, padding, dilation_rate=dilation, activation=activation,
                use_bias=dice.random() < 0.6,
            )(x)  # fmt: skip
        if kind == "up":
            bias = dice.random() < 0.6
            return Conv2DTranspose(
                dice.randint(1, 5), pair(1, 4), pair(1, 3), padding, activation=activation, use_bias=bias
            )(x)
        if kind in ("max", "mean"):
            return (MaxPooling2D if kind == "max" else AveragePooling2D)(pair(1, 3), pair(1, 3), padding)(x)
        if kind == "norm":
            return BatchNormalization(scale=dice.random() < 0.7, center=dice.random() < 0.7)(x)
        if kind == "nearest":
            return UpSampling2D(pair(1, 2), interpolation=dice.choice(["nearest", "bilinear", "bicubic"]))(x)
        if kind == "relu":
            return dice.choice([ReLU(), ReLU(max_value=6), ReLU(negative_slope=0.2)])(x)
        if kind == "add":
            return Add()([x, Conv2D(x.shape[-1], 3, padding="same", activation=activation)(x)])
        return Concatenate()([x, x, ReLU()(x)])

    for _ in range(dice.randint(2, 7)):
        if max(x.shape[1:3]) < 60 and x.shape[-1] < 20:
            x = picture(x)
    x = dice.choice([Flatten(), GlobalAveragePooling2D(), Dense(4)])(x)
    return Model(image, Dense(dice.randint(1, 6), activation=dice.choice([None, "softmax"]))(x))


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("seed", range(40))
def test_random_networks(seed, like):
    check(drawn(seed), like, complete=False)


@pytest.mark.parametrize(
    ("like", "giga"),
    [("torchvision", 4.089), ("fvcore", 4.11), ("ptflops", 4.13), ("thop", 4.13), ("flopcounter", 8.18)],
)
def test_resnet50_has_five_published_numbers(like, giga):
    """Sources: torchvision 0.29.1; timm's benchmark tables; the README of ptflops; thop 0.1.1 itself.

    thop's README says 4.14, of a release before: the one that installs prints 4.133742592.
    """
    total = networks.resnet(RESNET50).plan(like=like).totals
    assert not total.partial
    assert round(total.macs / 1e9, 3 if like == "torchvision" else 2) == pytest.approx(giga, abs=1e-9)


def test_resnet50_is_what_the_readme_says():
    words = " ".join((Path(__file__).parents[2] / "README.md").read_text("utf-8").split())
    said = [rf"{place} ([\d.]+) {words}" for place, words in (("is", "G MACs pure"), ("and", "to fvcore"))]
    said += [r"fvcore, ([\d.]+) to ptflops", r"ptflops, ([\d.]+) to thop", r"thop, ([\d.]+) G FLOPs to FlopCounterMode"]
    design = networks.resnet(RESNET50)
    likes = (None, "fvcore", "ptflops", "thop", "flopcounter")
    for pattern, like in zip(said, likes, strict=True):
        (number,) = re.findall(pattern, words)
        assert number == f"{design.plan(like=like).totals.macs / 1e9:.3f}", like


@pytest.mark.parametrize("like", TOOLS)
def test_resnet50_to_the_last_digit(like):
    plan = networks.resnet(RESNET50).plan(like=like)
    printed = TOOLS[like](Network(plan).eval(), (torch.zeros(1, 3, 224, 224),))
    assert plan.totals.macs == printed


@pytest.mark.parametrize("like", ["thop", "ptflops"])
def test_an_even_window_at_stride_1_has_no_layer_of_its_own_in_pytorch(like):
    x = Input((7, 7, 2))
    plan = Model(x, Conv2DTranspose(3, 2, padding="same")(x)).plan(like=like)
    assert plan.rows[-1].macs is None
    assert plan.totals.partial


def test_what_no_table_speaks_of_is_not_known():
    x = Input((4, 4, 2))
    plan = Model(x, Activation("squareplus")(ReLU(threshold=0.5)(x))).plan(like="ptflops")
    assert [row.macs for row in plan.rows] == [0, None, None]


def test_expectations_and_memory_stay_those_of_the_pure_count():
    x = Input((8, 8, 1))
    model = Model(x, Conv2D(2, 3)(x))
    pure, other = model.plan(), model.plan(like="flopcounter")
    assert (pure.totals.macs * 2, pure.memory, pure.like) == (other.totals.macs, other.memory, None)
    with pytest.raises(UsageError, match="torchvision, fvcore, ptflops, thop, flopcounter"):
        door.plan(model, like="timm")
