"""Layers that prepare data: categories, lookups, spectrograms, and pipelines of others."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import Shape
from planning.drawn.parts import chance


def mode(*more: str) -> SearchStrategy[str]:
    return st.sampled_from(["one_hot", "multi_hot", "count", *more])


@st.composite
def discretization(draw: DrawFn) -> dict[str, object]:
    made: dict[str, object] = {"output_mode": draw(mode("int"))}
    made["bin_boundaries"] = tuple(sorted(draw(st.sets(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=1))))
    return made


@st.composite
def lookup(draw: DrawFn) -> dict[str, object]:
    made: dict[str, object] = {"output_mode": draw(mode("int")), "num_oov_indices": draw(st.integers(1, 3))}
    made["vocabulary"] = tuple(draw(st.sets(st.integers(-1, 9), min_size=1, max_size=4)) - {0, -1}) or (1,)
    if draw(chance(30)):
        made |= {"max_tokens": 9, "pad_to_max_tokens": draw(st.booleans())}
    if draw(chance(30)):
        made["mask_token"] = 0
    return made


@st.composite
def sound(draw: DrawFn) -> dict[str, object]:
    length = draw(st.sampled_from([4, 6, 8, 16]))
    made: dict[str, object] = {"frame_length": length}
    if draw(chance(50)):
        made["frame_step"] = draw(st.integers(1, length))
    for name, values in (("padding", ["same"]), ("expand_dims", [True]), ("fft_length", [16, 32])):
        if draw(chance(40)):
            made[name] = draw(st.sampled_from(values))
    return made | {"mode": draw(st.sampled_from(["log", "magnitude", "psd", "real", "imag", "angle", "stft"]))}


@st.composite
def text(draw: DrawFn) -> dict[str, object]:
    made: dict[str, object] = {"vocabulary": ("a", "b"), "output_mode": draw(mode("int"))}
    if draw(chance(60)):
        made["split"] = draw(st.sampled_from([None, "character"]))
    if draw(chance(50)) and made["output_mode"] == "int":
        made["output_sequence_length"] = draw(st.integers(1, 5))
    return made


INSIDE = st.sampled_from(
    [
        {"Conv2D": {"filters": 2, "kernel_size": 2}},
        {"Dense": {"units": 2}},
        {"MaxPooling2D": {"pool_size": 2, "strides": 1}},
        {"RandomFlip": {}},
        {"Rescaling": {"scale": 2.0}},
        {"Flatten": {}},
        {"Activation": {"activation": "relu"}},
        {"BatchNormalization": {}},
    ]
)


@st.composite
def mel(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """Mostly windows and steps whose frames Keras counts as it makes them."""
    size = shape[1] if len(shape) > 1 and isinstance(shape[1], int) else 20
    fitting = [each for each in range(1, 6) if (size + 1) % each] or [2]
    return {
        "fft_length": draw(st.sampled_from([4, 4, 5, 8, 16])),
        "sequence_stride": draw(st.sampled_from(fitting) if draw(chance(80)) else st.integers(1, 5)),
        "num_mel_bins": draw(st.integers(1, 4)),
    }


ARGUMENTS = {
    "CategoryEncoding": lambda shape, data_format: st.fixed_dictionaries(
        {"num_tokens": st.integers(1, 5), "output_mode": mode()}
    ),
    "Discretization": lambda shape, data_format: discretization(),
    "Hashing": lambda shape, data_format: st.fixed_dictionaries(
        {"num_bins": st.integers(1, 5), "output_mode": mode("int")}, optional={"salt": st.just(3)}
    ),
    "RandomCrop": lambda shape, data_format: st.fixed_dictionaries(
        {"height": st.integers(1, 5), "width": st.integers(1, 5), "seed": st.just(3)}  # without one Keras draws it
    ),
    "IntegerLookup": lambda shape, data_format: lookup(),
    "MelSpectrogram": lambda shape, data_format: mel(shape),
    "TextVectorization": lambda shape, data_format: text(),
    "STFTSpectrogram": lambda shape, data_format: sound(),
    "Pipeline": lambda shape, data_format: st.fixed_dictionaries({"layers": st.lists(INSIDE, min_size=1, max_size=3)}),
}
