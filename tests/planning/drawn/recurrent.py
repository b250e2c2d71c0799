"""Recurrent layers and layers around another layer."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from planning.drawn.parts import chance

GATED = ("SimpleRNN", "LSTM", "GRU")


@st.composite
def recurrent(draw: DrawFn, type_name: str) -> dict[str, object]:
    found: dict[str, object] = {"units": draw(st.integers(1, 5))}
    for name in ("return_sequences", "return_state", "go_backwards"):
        if draw(chance(40)):
            found[name] = draw(st.booleans())
    if draw(chance(30)):
        found["use_bias"] = draw(st.booleans())
    if type_name == "GRU" and draw(chance(40)):
        found["reset_after"] = draw(st.booleans())
    return found


@st.composite
def convolutional(draw: DrawFn, rank: int) -> dict[str, object]:
    found: dict[str, object] = {"filters": draw(st.integers(1, 3)), "kernel_size": draw(st.integers(1, 3))}
    if draw(chance(60)):
        found["padding"] = draw(st.sampled_from(["valid", "same"]))
    if draw(chance(50)):
        sizes = st.tuples(*[st.integers(1, 2)] * rank)
        found[draw(st.sampled_from(["strides", "dilation_rate"]))] = draw(sizes)
    for name in ("return_sequences", "return_state", "go_backwards", "use_bias"):
        if draw(chance(30)):
            found[name] = draw(st.booleans())
    return found


@st.composite
def cell(draw: DrawFn) -> dict[str, object]:
    return {f"{draw(st.sampled_from(GATED))}Cell": {"units": draw(st.integers(1, 4))}}


@st.composite
def rnn(draw: DrawFn) -> dict[str, object]:
    if draw(chance(40)):
        return {"cell": draw(st.lists(cell(), min_size=1, max_size=3)), "return_sequences": draw(st.booleans())}
    flags = {name: draw(st.booleans()) for name in ("return_sequences", "return_state")}
    return {"cell": draw(cell()), **flags}


@st.composite
def both_ways(draw: DrawFn) -> dict[str, object]:
    type_name = draw(st.sampled_from([*GATED, *GATED, "ConvLSTM1D", "ConvLSTM2D"]))
    made = draw(convolutional(int(type_name[8])) if type_name.startswith("Conv") else recurrent(type_name))
    found: dict[str, object] = {"layer": {type_name: made}}
    if draw(chance(50)):
        found["merge_mode"] = draw(st.sampled_from(["concat", "sum", "mul", "ave", None]))
    if draw(chance(25)):
        new = type_name in GATED and draw(chance(30))
        other = draw(recurrent(type_name)) if new else made | {"go_backwards": True}
        found["backward_layer"] = {type_name: other}
    return found


INSIDE = st.sampled_from(
    [
        {"Dense": {"units": 3}},
        {"BatchNormalization": {}},
        {"GRU": {"units": 2}},
        {"Conv2D": {"filters": 2, "kernel_size": 2}},
        {"MaxPooling2D": {}},
        {"Flatten": {}},
        {"Reshape": {"target_shape": (1, -1)}},
        {"ConvLSTM1D": {"filters": 2, "kernel_size": 2}},
        {"TimeDistributed": {"layer": {"Dense": {"units": 2}}}},
    ]
)
WITH_KERNEL = st.sampled_from(
    [{"Dense": {"units": 3}}, {"Conv2D": {"filters": 2, "kernel_size": 2}}, {"BatchNormalization": {}}]
)

ARGUMENTS = {
    **{name: lambda shape, data_format, name=name: recurrent(name) for name in GATED},
    **{f"ConvLSTM{rank}D": lambda shape, data_format, rank=rank: convolutional(rank) for rank in (1, 2, 3)},
    "RNN": lambda shape, data_format: rnn(),
    "Bidirectional": lambda shape, data_format: both_ways(),
    "TimeDistributed": lambda shape, data_format: st.fixed_dictionaries({"layer": INSIDE}),
    "SpectralNormalization": lambda shape, data_format: st.fixed_dictionaries({"layer": WITH_KERNEL}),
}
