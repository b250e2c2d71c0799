"""Spectrograms: frames and MACs counted one by one, and against real Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lamella.algebra import symbol
from lamella.errors import DesignError
from lamella.layers import Input, MelSpectrogram, STFTSpectrogram
from lamella.layers.base import ShapeError
from lamella.planning.field import identity_field, through


@pytest.mark.parametrize("fft_length", [4, 5, 16, 17])
@pytest.mark.parametrize("stride", [1, 3, 8])
def test_frames_are_keras_own_where_it_makes_as_many_as_it_says(fft_length: int, stride: int) -> None:
    real = keras.layers.MelSpectrogram(fft_length=fft_length, sequence_stride=stride, num_mel_bins=3)
    layer = MelSpectrogram(fft_length=fft_length, sequence_stride=stride, num_mel_bins=3)
    for size in range(1, 40, 3):
        said = real(keras.Input((size,))).shape[2]
        try:
            made = real(np.zeros((2, size), "float32")).shape[2]
        except Exception:  # what TensorFlow raises of a padding that is larger than the sound
            made = None
        if said == made:
            assert layer.output_shape(("B", size)) == ("B", 3, made)
            continue
        with pytest.raises(ShapeError) as caught:
            layer.output_shape(("B", size))
        found = caught.value.problem
        assert found.key == ("samples" if made is None else "frames")
        if made is not None:
            assert (found.facts["said"], found.facts["made"]) == (said, made)
            near = found.facts["near"]
            if near != size:
                assert layer.output_shape(("B", near))


def test_open_sounds_have_open_frames() -> None:
    samples = symbol("N")
    assert MelSpectrogram().output_shape(("B", samples)) == ("B", 128, (samples + 513) // 512)
    assert STFTSpectrogram(frame_length=8).output_shape(("B", samples, 1))[1] == (samples - 8) // 4 + 1


WAVES = [
    STFTSpectrogram(frame_length=8),
    STFTSpectrogram("stft", frame_length=6, frame_step=5, padding="same"),
    STFTSpectrogram("real", frame_length=7, fft_length=32, expand_dims=True),
    STFTSpectrogram("imag", frame_length=4, frame_step=1),
]


@pytest.mark.parametrize("layer", WAVES, ids=repr)
@pytest.mark.parametrize("channels", [1, 3])
def test_work_is_every_wave_over_every_frame(layer: STFTSpectrogram, channels: int) -> None:
    shape = ("B", 25, channels)
    output = layer.output_shape(shape)
    count = 0
    for _ in range(output[1] * channels * len(layer.kernels)):
        for _ in range(layer.transform // 2 + 1):
            for _ in range(layer.frame_length):
                count += 1
    assert layer.macs((shape,), output) == count
    real = keras.layers.STFTSpectrogram(**layer.changed())
    assert real(np.zeros((2, 25, channels), "float32")).shape == (2, *output[1:])
    assert real.count_params() == sum(np.prod(each.shape) for each in layer.weights(shape))


@pytest.mark.parametrize("layer", WAVES, ids=repr)
def test_a_frame_sees_its_samples(layer: STFTSpectrogram) -> None:
    shape = ("B", 25, 1)
    output = layer.output_shape(shape)
    (seen,) = layer.views((shape,), output)
    field = through(identity_field(25), seen[1][1], output[1])
    real = keras.layers.STFTSpectrogram(**layer.changed())
    real.build((None, 25, 1))
    random = np.random.default_rng(3)
    real.set_weights([random.uniform(0.5, 1.5, each.shape) for each in real.get_weights()])
    moved = np.eye(25, dtype="float32")[:, :, None]
    still = np.asarray(real(np.zeros_like(moved)))
    hits = (np.asarray(real(moved)) != still).reshape(25, output[1], -1).any(axis=2).T
    places = [np.flatnonzero(each) for each in hits]
    assert [field.seen(unit) for unit in range(output[1])] == [(each[0], each[-1]) for each in places]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: MelSpectrogram(fft_length=8, sequence_length=9), "no longer than its transform"),
        (lambda: STFTSpectrogram(frame_length=8, frame_step=9), "would leave samples out"),
        (lambda: STFTSpectrogram(frame_length=8, fft_length=4), "no shorter than its frame"),
        (lambda: MelSpectrogram()(Input((100, 2))), "2 axes (batch, samples)"),
        (lambda: MelSpectrogram()(Input((100,))), "mirrors 1024 samples at both ends"),
        (lambda: MelSpectrogram()(Input((5119,))), "Keras says 11 frames and makes 10. Give it 5120 samples."),
        (lambda: STFTSpectrogram()(Input((100, 1))), "reaches over the input, which is only 100"),
        (lambda: STFTSpectrogram()(Input((1000, None))), "needs to know its number of input channels"),
    ],
)
def test_what_does_not_fit_is_named(make, said: str) -> None:
    with pytest.raises(DesignError) as caught:
        make()
    assert said in str(caught.value)
