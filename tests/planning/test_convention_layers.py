"""Figures in other tools' conventions for every layer type that their tables name, against the tools themselves."""

from __future__ import annotations

import logging
import random

import pytest

from lamella import Model
from lamella.algebra import symbol
from lamella.layers import Add, Conv2D, Dense, Flatten, Input
from lamella.planning.conventions import CONVENTIONS, figure
from lamella.planning.counterparts import CHOSEN, FIXED
from planning.convention_layers import cases, layer
from planning.random_layers import FAMILIES

torch = pytest.importorskip(
    "torch", reason="PyTorch is an oracle, not a dependency: pip install --group oracles", exc_type=ImportError
)
from planning.torch_networks import Unit  # noqa: E402
from planning.torch_tools import TOOLS, by_flopcounter, by_torchvision, zeros  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")

BY_TYPE: dict[str, list] = {}
for case in cases():
    BY_TYPE.setdefault(case[0].type, []).append(case)

NOT_KNOWN = {
    "torchvision": {"SimpleRNN", "GRU", "LSTM", "Bidirectional"},
    "fvcore": {"EinsumDense", "ops.einsum"},
    "ptflops": {"Dot", "ops.matmul"},
    "thop": set(),
    "flopcounter": {"SimpleRNN", "GRU", "LSTM", "Bidirectional", "MultiHeadAttention", "GroupQueryAttention"},
}
"""Layer types of the tables whose figure a tool does not fix; the tables say why."""


def test_every_layer_type_of_the_tables_is_held_against_the_tools():
    assert set(BY_TYPE) == {*FIXED, *CHOSEN, "TimeDistributed"} - {"Input"}


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("type_name", BY_TYPE)
def test_every_layer_type(type_name, like):
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    for each, shapes in BY_TYPE[type_name]:
        output = each.output_shape(*shapes)
        expected = figure(CONVENTIONS[like], each, shapes, output)
        if type_name in NOT_KNOWN[like]:
            assert expected is None, each
        else:
            printed = TOOLS[like](Unit(each, shapes, output).eval(), zeros(shapes))
            assert expected == printed, f"{each!r} over {shapes}: {like} prints {printed}"


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(10))
def test_random_layers(seed, family, like):
    """What is not known is left out, where the tables or PyTorch's own padding and windows are the reason."""
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    name, arguments, shapes = family(random.Random(seed))
    each = layer(name, **arguments)
    output = each.output_shape(*shapes)
    expected = figure(CONVENTIONS[like], each, shapes, output)
    if expected is None:
        own_padding = "Pooling" in name or "Transpose" in name
        assert name in NOT_KNOWN[like] or (like in ("ptflops", "thop") and own_padding)
    else:
        printed = TOOLS[like](Unit(each, shapes, output).eval(), zeros(shapes))
        assert expected == printed, f"{each!r} over {shapes}: {like} prints {printed}"


SEQUENCE = (("B", 9, 4),)
BACKWARDS = {"GRU": {"units": 3, "go_backwards": True}}
NO_COUNTERPART = {
    "a slope for every place": (layer("PReLU"), (("B", 7, 8, 4),)),
    "another activation": (layer("LSTM", 3, "relu"), SEQUENCE),
    "reset before the product": (layer("GRU", 3, reset_after=False), SEQUENCE),
    "a linear state": (layer("SimpleRNN", 3, None), SEQUENCE),
    "a cell": (layer("RNN", {"LSTMCell": {"units": 3}}), SEQUENCE),
    "two layers": (layer("Bidirectional", {"LSTM": {"units": 3}}, backward_layer=BACKWARDS), SEQUENCE),
    "no projections": (layer("Attention"), SEQUENCE * 2),
    "a learned sum": (layer("AdditiveAttention"), SEQUENCE * 2),
    "three tensors": (layer("ops.einsum", "bi,bi,bi->b"), (("B", 3),) * 3),
    "nothing summed": (layer("ops.einsum", "bi,bj->bij"), (("B", 3), ("B", 4))),
    "one number summed": (layer("EinsumDense", "bi,ij->bj", 3), (("B", 1),)),
    "a size of 1 repeated": (layer("ops.einsum", "bij,bjk->bik"), (("B", 4, symbol("H")), ("B", 1, 5))),
    "one's own sum": (layer("ops.einsum", "bij,bj->bj"), (("B", 3, 4), ("B", 4))),
    "another type": (layer("SpectralNormalization", {"Dense": {"units": 2}}), SEQUENCE),
}  # fmt: skip
WITHOUT_PRODUCTS = {
    "another window": (layer("UpSampling2D", 2, interpolation="lanczos3"), (("B", 4, 4, 2),)),
    "the mean left": (layer("LayerNormalization", rms_scaling=True), SEQUENCE),
    "a slope for every place": NO_COUNTERPART.pop("a slope for every place"),
    "a mask": (layer("Masking"), SEQUENCE),
    "another size": (layer("Resizing", 3, 3), (("B", 4, 4, 2),)),
}


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("name", NO_COUNTERPART)
def test_what_pytorch_has_no_layer_for_is_not_known(name, like):
    each, shapes = NO_COUNTERPART[name]
    assert each.work(shapes, each.output_shape(*shapes))
    assert figure(CONVENTIONS[like], each, shapes, each.output_shape(*shapes)) is None


@pytest.mark.parametrize("like", TOOLS)
@pytest.mark.parametrize("name", WITHOUT_PRODUCTS)
def test_without_products_it_is_nothing_where_only_products_count(name, like):
    each, shapes = WITHOUT_PRODUCTS[name]
    counted = figure(CONVENTIONS[like], each, shapes, each.output_shape(*shapes))
    assert counted == (0 if like in ("torchvision", "flopcounter") else None)


def test_uneven_shares_are_not_known_to_thop():
    pool, shape = layer("AdaptiveAveragePooling1D", 4), ("B", 10, 3)
    assert figure(CONVENTIONS["thop"], pool, (shape,), ("B", 4, 3)) is None
    assert figure(CONVENTIONS["thop"], pool, (("B", 8, 3),), ("B", 4, 3)) == 8 * 3 + 4 * 3


def test_recurrent_layers_and_attention_leave_flopcounters_total_partial():
    x = Input((5, 4))
    plan = Model(x, layer("LSTM", 3)(x)).plan(like="flopcounter")
    assert plan.rows[-1].macs is None
    assert plan.totals.partial


def test_flopcounter_counts_an_lstm_by_the_machine():
    """oneDNN's kernel, where the CPU has it, hides the products."""
    lstm = torch.nn.LSTM(4, 3, batch_first=True)
    steps = (torch.zeros(1, 5, 4),)
    with torch.backends.mkldnn.flags(enabled=False):
        assert by_flopcounter(lstm, steps) == 2 * layer("LSTM", 3).macs((("B", 5, 4),), ("B", 3))
    if torch.backends.mkldnn.is_available():
        assert by_flopcounter(lstm, steps) == 0


def test_flopcounter_counts_attention_by_the_machine():
    """A CPU's own kernel hides the scores and the weighted sum, which all other kernels show."""
    shapes = (("B", 5, 6), ("B", 7, 6))
    each = layer("MultiHeadAttention", 2, 3)
    module = Unit(each, shapes, shapes[0]).eval()
    hidden = sum(work.macs for work in each.work(shapes, shapes[0]) if work.what in ("scores", "weighted sum"))
    assert hidden == 2 * 2 * 5 * 7 * 3
    assert by_flopcounter(module, zeros(shapes)) == 2 * (each.macs(shapes, shapes[0]) - hidden)
    assert by_torchvision(module, zeros(shapes)) == each.macs(shapes, shapes[0])


def test_nn_multihead_attention_is_counted_otherwise_by_every_tool():
    """So that the attention meant is the one written with nn.Linear: the same 5 numbers of 12, in 3 heads of 4."""

    class Itself(torch.nn.Module):
        def __init__(self, weights):
            super().__init__()
            self.attention, self.weights = torch.nn.MultiheadAttention(12, 3, batch_first=True), weights

        def forward(self, *given, **named):
            (x,) = (*given, *named.values())
            return self.attention(x, x, x, need_weights=self.weights)[0]

    shapes = (("B", 5, 12), ("B", 5, 12))
    each, x = layer("MultiHeadAttention", 3, 4), (torch.zeros(1, 5, 12),)
    printed = {
        like: [TOOLS[like](Itself(weights).eval(), x) for weights in (False, True)]
        for like in ("fvcore", "thop", "ptflops")
    }
    assert printed == {"fvcore": [2880, 3480], "thop": [0, 0], "ptflops": [3855, 4530]}
    assert [figure(CONVENTIONS[like], each, shapes, shapes[0]) for like in printed] == [2880, 2880, 3120]


def test_vit_b_16_has_torchvisions_number():
    """Source: torchvision's ViT_B_16_Weights, 17.564 under the name GFLOPS; the class token stands as a zero."""
    x = image = Input((224, 224, 3))
    x = layer("ZeroPadding1D", (1, 0))(layer("Reshape", (196, 768))(Conv2D(768, 16, 16)(x)))
    for _ in range(12):
        y = layer("LayerNormalization")(x)
        x = Add()([x, layer("MultiHeadAttention", 12, 64)(y, y)])
        y = layer("LayerNormalization")(x)
        x = Add()([x, Dense(768)(Dense(3072, "gelu")(y))])
    x = Flatten()(layer("Cropping1D", (0, 196))(layer("LayerNormalization")(x)))
    total = Model(image, Dense(1000)(x)).plan(like="torchvision").totals
    assert not total.partial
    assert round(total.macs / 1e9, 3) == 17.564
