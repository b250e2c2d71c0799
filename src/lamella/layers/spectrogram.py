"""MelSpectrogram and STFTSpectrogram: sounds as pictures of their frequencies over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    DATA_FORMAT,
    FLAG,
    Kind,
    Wrong,
    argument,
    choice,
    integer,
    number,
    optional,
)
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.categories import conflict, wrong_axes
from lamella.layers.convolution import input_channels
from lamella.layers.spatial import window
from lamella.texts.languages import Text, phrase
from lamella.window import IDENTITY, Map, window_output


def _window(value: object) -> str | tuple[float, ...] | None:
    if value is None or (isinstance(value, str) and value):
        return value
    if not isinstance(value, Sequence) or not all(isinstance(each, (int, float)) for each in value):
        raise Wrong("hann")
    return tuple(float(each) for each in value)


_WINDOW: Final = Kind(
    phrase("a window's name, its numbers, or null", "창의 이름, 창의 수들, 또는 null"), _window, "hann"
)


class MelSpectrogram(Layer):
    """How loud each pitch is over time: (B, samples) -> (B, num_mel_bins, frames).

    Nothing in it is learned; its products with fixed waves and a fixed matrix are no MACs.
    """

    fft_length: int = argument(integer(1, 2048), 2048)
    sequence_stride: int = argument(integer(1, 512), 512)
    sequence_length: int | None = argument(optional(integer(1, 2048)), None)
    window: str | tuple[float, ...] | None = argument(_WINDOW, "hann")
    sampling_rate: int = argument(integer(1, 16000), 16000)
    num_mel_bins: int = argument(integer(1, 128), 128)
    min_freq: float = argument(number(0), 20.0)
    max_freq: float | None = argument(optional(number(0)), None)
    power_to_db: bool = argument(FLAG, True)
    top_db: float = argument(number(), 80.0)
    mag_exp: float = argument(number(), 2.0)
    min_power: float = argument(number(), 1e-10)
    ref_power: float = argument(number(), 1.0)

    sentence = Text(
        "Turns a sound into a picture: how loud each pitch is, frame by frame, spaced as people hear pitches.",
        "소리를 이미지로 바꿉니다. 사람이 듣는 간격으로 나눈 음높이마다 얼마나 큰지를 프레임별로 보여 줍니다.",
    )
    source = "keras/src/layers/preprocessing/mel_spectrogram.py; keras/src/backend/tensorflow/math.py, stft"
    examples = (
        ({"fft_length": 64, "sequence_stride": 16, "num_mel_bins": 8}, ((100,),)),
        (
            {"fft_length": 32, "sequence_length": 20, "sequence_stride": 10, "power_to_db": False, "window": "hamming"},
            ((64,),),
        ),
    )

    def conflicts(self) -> list[Problem]:
        if self.sequence_length is None or self.sequence_length <= self.fft_length:
            return []
        reason = phrase("a frame is no longer than its transform", "프레임은 변환보다 길 수 없습니다")
        fix = phrase("Use at most {most}.", "{most} 이하로 하세요.", most=self.fft_length)
        received = f"{self.sequence_length}, {self.fft_length}"
        return [conflict("sequence_length", "fft_length", reason, received, fix)]

    def output_shape(self, *inputs: Shape) -> Shape:
        """Keras' own count of frames, where that is what it makes."""
        (shape,) = inputs
        if len(shape) != 2:
            raise wrong_axes(self.type, phrase("2 axes (batch, samples)", "축 2개(batch, 샘플)"), shape)
        size, stride = shape[1], self.sequence_stride
        if not is_known(size):
            return (shape[0], self.num_mel_bins, None)
        said: Size = (size + stride + 1) // stride
        found = (shape[0], self.num_mel_bins, said)
        if isinstance(size, int):
            half = self.fft_length // 2
            if size <= half:
                raise ShapeError(problem("samples", type=self.type, half=half, size=size), found)
            made = (size + 2 * half - self.fft_length) // stride + 1
            if made != said:
                facts = {"size": size, "said": said, "made": made, "near": self._near(size)}
                raise ShapeError(problem("frames", type=self.type, **facts), (*found[:2], made))
        return found

    def _near(self, size: int) -> int:
        """The next number of samples of which Keras says as many frames as it makes; none where it never does."""
        odd = self.fft_length % 2
        sizes = range(size, size + self.sequence_stride + 2)
        fits = (each for each in sizes if (each - odd) // self.sequence_stride == (each + 1) // self.sequence_stride)
        return next(fits, size)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        length, stride = self.fft_length, self.sequence_stride
        name = self.window if isinstance(self.window, str) else "w"
        power = f"max(z, max(z) − {self.top_db:g}), z = 10 · log₁₀ s" if self.power_to_db else "s"
        wave = f"{name}[n] · e^(−2πi·k·n / {length})"
        return (
            f"y[m, t] = {power}, s = Σ M[k, m] · |X[k, t]|^{self.mag_exp:g}",
            f"X[k, t] = Σ x[{stride}·t + n − {length // 2}] · {wave}, 0 ≤ k ≤ {length // 2}",
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """In decibels the loudest number holds up all others; else a frame sees its place, mirrored at the ends."""
        return ({},) if self.power_to_db else ({2: (1, None)},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: it depends on how TensorFlow takes the transform apart."""
        return None


class STFTSpectrogram(Layer):
    """How loud each frequency is over time, by convolutions with waves: (B, samples, channels) -> (B, frames, bins).

    The waves are weights, and are trained unless `trainable` is false. `bins` is fft_length // 2 + 1 for each channel,
    twice as many for the mode "stft".
    """

    mode: str = argument(choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"), "log")
    frame_length: int = argument(integer(2, 256), 256)
    frame_step: int | None = argument(optional(integer(1, 128)), None)
    fft_length: int | None = argument(optional(integer(1, 256)), None)
    window: str | tuple[float, ...] | None = argument(_WINDOW, "hann")
    periodic: bool = argument(FLAG, False)
    scaling: str | None = argument(optional(choice("density", "spectrum")), "density")
    padding: str = argument(choice("valid", "same"), "valid")
    expand_dims: bool = argument(FLAG, False)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Turns a sound into a picture of its frequencies, with waves that may be trained further.",
        "소리를 주파수의 이미지로 바꿉니다. 여기에 쓰는 파동도 더 학습할 수 있습니다.",
    )
    source = "keras/src/layers/preprocessing/stft_spectrogram.py"
    examples = (
        ({"frame_length": 16}, ((60, 1),)),
        ({"mode": "stft", "frame_length": 12, "frame_step": 5, "padding": "same"}, ((31, 2),)),
        ({"mode": "imag", "frame_length": 8, "fft_length": 32, "expand_dims": True, "trainable": False}, ((20, 3),)),
    )

    @property
    def step(self) -> int:
        return self.frame_step or self.frame_length // 2

    @property
    def transform(self) -> int:
        """The length of the transform: the next power of two, where none is given."""
        return self.fft_length or 2 ** (self.frame_length - 1).bit_length()

    @property
    def bins(self) -> int:
        return (self.transform // 2 + 1) * (2 if self.mode == "stft" else 1)

    @property
    def channels_first(self) -> bool:
        return self.data_format == "channels_first"

    @property
    def kernels(self) -> tuple[str, ...]:
        return tuple(part for part, without in (("real", "imag"), ("imag", "real")) if self.mode != without)

    def conflicts(self) -> list[Problem]:
        found = []
        if self.frame_step is not None and self.frame_step > self.frame_length:
            reason = phrase("frames would leave samples out", "프레임이 샘플을 건너뛰게 됩니다")
            fix = phrase("Use at most {most}.", "{most} 이하로 하세요.", most=self.frame_length)
            received = f"{self.frame_step}, {self.frame_length}"
            found.append(conflict("frame_step", "frame_length", reason, received, fix))
        if self.fft_length is not None and self.fft_length < self.frame_length:
            reason = phrase("a transform is no shorter than its frame", "변환은 프레임보다 짧을 수 없습니다")
            fix = phrase("Use {least} or more.", "{least} 이상으로 하세요.", least=self.frame_length)
            received = f"{self.fft_length}, {self.frame_length}"
            found.append(conflict("fft_length", "frame_length", reason, received, fix))
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) != 3:
            order = phrase("3 axes (batch, samples, channels)", "축 3개(batch, 샘플, 채널)")
            if self.channels_first:
                order = phrase("3 axes (batch, channels, samples)", "축 3개(batch, 채널, 샘플)")
            raise wrong_axes(self.type, order, shape)
        channels = input_channels(self.type, shape, 1 if self.channels_first else 2)
        size = shape[2 if self.channels_first else 1]
        frames: Size = None
        if is_known(size):
            frames = window_output(size, self.frame_length, self.step, self.padding)
        if isinstance(size, int) and isinstance(frames, int) and frames < 1:
            facts = {"argument": "frame_length", "window": (self.frame_length,), "size": size, "limit": size}
            raise ShapeError(problem("window too large", axis=phrase("length", "길이"), **facts))
        if self.expand_dims:
            return (
                (shape[0], channels, frames, self.bins)
                if self.channels_first
                else (shape[0], frames, self.bins, channels)
            )
        wide = self.bins * channels
        return (shape[0], wide, frames) if self.channels_first else (shape[0], frames, wide)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = (self.frame_length, 1, self.transform // 2 + 1)
        return tuple(Weight(f"{part}_kernel", shape, self.trainable) for part in self.kernels)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Each channel's frames with every wave."""
        channels = inputs[0][1 if self.channels_first else 2]
        frames = output[self._time(output)]
        factors = (frames, channels, self.transform // 2 + 1, self.frame_length)
        return tuple(Work(factors, part) for part in self.kernels)

    def _time(self, output: Shape) -> int:
        return 2 if self.channels_first else 1

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        place = f"{self.step}·t + n" if self.padding == "valid" else f"{self.step}·t + n − p"
        waves = {part: f"{part[0].upper()} = Σ x[{place}] · w_{part}[n, k]" for part in self.kernels}
        power = "R² + I²"
        result = {
            "real": "R",
            "imag": "I",
            "angle": "atan2(I, R)",
            "stft": "[R, I]",
            "psd": f"({power}) · (1 + [0 < k < {self.transform // 2}])",
            "magnitude": f"√({power})",
            "log": f"log √({power})",
        }[self.mode]
        return (f"y[t, k] = {result}", *waves.values())

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A frame sees its samples; which channel a joined one is of goes by no window."""
        time, channel = (2, 1) if self.channels_first else (1, 2)
        along = window(inputs[0][time], self.frame_length, self.step, self.padding)
        found: dict[int, tuple[int, Map | None]] = {time: (time, along)}
        if self.expand_dims:
            found[1 if self.channels_first else 3] = (channel, IDENTITY)
        else:
            found[channel] = (channel, None)
        return (found,)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: it depends on the mode and on how Keras turns the axes."""
        return None
