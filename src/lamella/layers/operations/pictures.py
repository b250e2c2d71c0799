"""Functions over sequences, pictures and volumes: pooling, resizing, padding, patches and colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.errors import DesignError, Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, Kind, argument, choice, integer, is_integer, number, optional, several
from lamella.layers.base import REGISTRY, AxisMap, Kept, Layer, ShapeError, product
from lamella.layers.operations.operation import Operation, one_or_each
from lamella.layers.resizing import INTERPOLATIONS, Resizing, crop_and_pad
from lamella.layers.spatial import window
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, Window, window_output

_ORDER = choice("channels_last", "channels_first")
DATA_FORMAT = Kind(
    _ORDER.expected, lambda value: "channels_last" if value is None else _ORDER.parse(value), _ORDER.example
)
"""null is channels_last, whatever Keras' own configuration says."""


_SIZES = one_or_each(1)


class OfPictures(Operation, abstract=True):
    """A function whose channels stand last or first."""

    batch_first = True
    data_format: str = argument(DATA_FORMAT, "channels_last")

    tensors: ClassVar[tuple[str, ...]] = ("images",)

    @classmethod
    def applied(cls, function: Any, inputs: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
        return super().applied(function, inputs, {"data_format": "channels_last"} | dict(arguments))

    def axes(self, shape: Shape, rank: int = 2) -> tuple[int, ...]:
        """The spatial axes. Raises `ShapeError` where there are not so many."""
        if len(shape) != rank + 2:
            words = phrase("{rank} axes, the batch included", "batch까지 축 {rank}개", rank=rank + 2)
            facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
            raise ShapeError(problem("rank", type=self.type, **facts))
        return tuple(range(1, rank + 1) if self.data_format == "channels_last" else range(2, rank + 2))

    def channel(self, shape: Shape) -> int:
        return len(shape) - 1 if self.data_format == "channels_last" else 1


class _AsLayer(OfPictures, abstract=True):
    """What a layer does, with its arguments."""

    def layer(self, shape: Shape) -> Layer:
        """The layer for an input of that shape. Raises `ShapeError` where it takes none such."""
        raise NotImplementedError

    def _made(self, type_name: str, shape: Shape, **arguments: object) -> Layer:
        rank = len(shape) - 2
        if not 1 <= rank <= 3:
            words = phrase("3 to 5 axes, the batch included", "batch까지 축 3개에서 5개")
            facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
            raise ShapeError(problem("rank", type=self.type, **facts))
        try:
            return REGISTRY[type_name.format(rank)](**arguments, data_format=self.data_format)
        except DesignError as error:
            raise ShapeError(error.problems[0]) from None

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.layer(inputs[0]).output_shape(*inputs)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return self.layer(inputs[0]).formulas(inputs, output)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.layer(inputs[0]).views(inputs, output)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return self.layer(inputs[0]).kept(inputs, output)


class _Pool(_AsLayer, abstract=True):
    """A number of each window, over as many axes as the input has between the images and the channels."""

    pool_size: int | tuple[int, ...] = argument(one_or_each(1))
    strides: int | tuple[int, ...] | None = argument(optional(one_or_each(1)), None)
    padding: str = argument(choice("valid", "same"), "valid")
    data_format: str = argument(DATA_FORMAT, "channels_last")

    tensors: ClassVar[tuple[str, ...]] = ("inputs",)
    kind: ClassVar[str]
    source = "keras/src/ops/operation_utils.py, compute_pooling_output_shape"
    examples = (
        ({"pool_size": 2}, ((8, 9, 3),)),
        ({"pool_size": (3, 2), "strides": (2, 1), "padding": "same"}, ((7, 4, 2),)),
        ({"pool_size": 3, "strides": 1}, ((8, 2),)),
    )

    def layer(self, shape: Shape) -> Layer:
        facts = {"pool_size": self.pool_size, "strides": self.strides, "padding": self.padding}
        return self._made(self.kind, shape, **facts)

    def output_range(self) -> Range:
        return "inputs"


class MaxPool(_Pool, type_name="ops.max_pool"):
    """The largest number in each window: (B, 8, 8, 3) with 2 -> (B, 4, 4, 3)."""

    kind = "MaxPooling{}D"
    sentence = Text("Keeps the largest number of each window.", "창마다 가장 큰 수만 남깁니다.")


class AveragePool(_Pool, type_name="ops.average_pool"):
    """The mean of each window: (B, 8, 8, 3) with 2 -> (B, 4, 4, 3)."""

    kind = "AveragePooling{}D"
    sentence = Text("Replaces each window by its mean.", "창마다 평균을 남깁니다.")


class Resize(_AsLayer, type_name="ops.image.resize"):
    """A picture at another size: (B, any height, any width, channels) -> (B, *size, channels)."""

    size: tuple[int, int] = argument(several(2, 1, (28, 28)))
    interpolation: str = argument(choice(*INTERPOLATIONS), "bilinear")
    antialias: bool = argument(FLAG, False)
    crop_to_aspect_ratio: bool = argument(FLAG, False)
    pad_to_aspect_ratio: bool = argument(FLAG, False)
    fill_mode: str = argument(choice("constant"), "constant")
    fill_value: float = argument(number(), 0.0)
    data_format: str = argument(DATA_FORMAT, "channels_last")

    sentence = Resizing.sentence
    source = "keras/src/backend/tensorflow/image.py, resize"
    examples = (
        ({"size": (8, 6)}, ((5, 7, 3),)),
        ({"size": (4, 9), "interpolation": "lanczos5", "antialias": True}, ((10, 6, 2),)),
        ({"size": (4, 4), "interpolation": "nearest", "crop_to_aspect_ratio": True}, ((9, 6, 1),)),
    )

    def conflicts(self) -> list[Problem]:
        return crop_and_pad() if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio else []

    def layer(self, shape: Shape) -> Layer:
        self.axes(shape)
        given = {name: value for name, value in self.changed().items() if name not in ("size", "name", "data_format")}
        return self._made("Resizing", shape, height=self.size[0], width=self.size[1], **given)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """The gradient is given the picture for its size; of one cut or filled up first that is another."""
        if self.interpolation == "nearest":
            return Kept()
        return None if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio else Kept(inputs=True)

    def output_range(self) -> Range:
        return self.layer((None,) * 4).output_range()


class _Edges(OfPictures, abstract=True):
    """Rows and columns put around a picture or cut off: for each axis two of before, after and the wanted size."""

    sign: ClassVar[int]
    """1 for what is added, -1 for what is cut off."""

    def _given(self) -> tuple[tuple[int | None, ...], ...]:
        """What is said of each axis: before, after, wanted size."""
        before_h, before_w, after_h, after_w, height, width = (vars(self)[name] for name in [*self.arguments][:6])
        return (before_h, after_h, height), (before_w, after_w, width)

    def conflicts(self) -> list[Problem]:
        names = [*self.arguments][:6]
        found = []
        for each, which in zip(self._given(), ((0, 2, 4), (1, 3, 5)), strict=True):
            before, after, wanted = (names[at] for at in which)
            if each.count(None) > 1:
                words = phrase("two of {names:list}", "{names:list} 가운데 둘", names=[before, after, wanted])
                missing = names[which[each.index(None)]]
                found.append(problem("argument missing", argument=missing, expected=words, example=0))
            elif None not in each:
                reason = phrase("two of the three say the third", "셋 가운데 둘이 나머지를 정합니다")
                facts = {"first": f"{before}, {after}", "second": wanted, "reason": reason}
                found.append(problem("arguments conflict", **facts, received=list(each), suggestion=""))
        return found

    def _ends(self, size: Size, given: tuple[int | None, ...]) -> tuple[Size, Size]:
        """The wanted size, and how many are put before."""
        before, after, wanted = given
        if wanted is None:
            assert before is not None
            assert after is not None
            return None if size is None or isinstance(size, str) else size + self.sign * (before + after), before
        if before is None and after is not None:
            return wanted, self.sign * (wanted - size) - after if isinstance(size, int) else None
        return wanted, before

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        found = list(shape)
        for axis, given in zip(self.axes(shape), self._given(), strict=True):
            size = shape[axis]
            found[axis], _ = self._ends(size, given)
            if isinstance(size, int):
                before, after, wanted = given
                rest = 0 if wanted is None else self.sign * (wanted - size) - (before or 0) - (after or 0)
                new = found[axis]
                if rest < 0 or (isinstance(new, int) and new < 0):
                    raise ShapeError(problem("index outside", type=self.type, index=list(given), size=size))
            elif self.sign < 0 and found[axis] is not given[2]:
                words = phrase("a height and width that are known, or wanted", "높이와 너비를 알거나 정한 모양")
                facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
                raise ShapeError(problem("rank", type=self.type, **facts))
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        each = zip(self.axes(inputs[0]), self._given(), strict=True)
        ends = [self._ends(inputs[0][axis], given) for axis, given in each]
        sign = "−" if self.sign > 0 else "+"
        starts = ["?" if before is None else before for _, before in ends]
        sizes = (f"{name} = {size}" for name, (size, _) in zip("hw", ends, strict=True) if size is not None)
        outside = ", 0 outside" if self.sign > 0 else ""
        return (f"y[i, j] = x[i {sign} {starts[0]}, j {sign} {starts[1]}]{outside}", *sizes)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,) = inputs
        found: dict[int, tuple[int, Map | None]] = {self.channel(shape): (self.channel(shape), IDENTITY)}
        for axis, given in zip(self.axes(shape), self._given(), strict=True):
            _, before = self._ends(shape[axis], given)
            found[axis] = axis, Window(before=self.sign * before) if isinstance(before, int) else None
        return (found,)

    def output_range(self) -> Range:
        return "inputs"


_COUNT = optional(integer(0))


class PadImages(_Edges, type_name="ops.image.pad_images"):
    """Rows and columns of zeros around a picture: (B, 4, 5, 3) -> (B, target_height, target_width, 3)."""

    top_padding: int | None = argument(_COUNT, None)
    left_padding: int | None = argument(_COUNT, None)
    bottom_padding: int | None = argument(_COUNT, None)
    right_padding: int | None = argument(_COUNT, None)
    target_height: int | None = argument(_COUNT, None)
    target_width: int | None = argument(_COUNT, None)
    data_format: str = argument(DATA_FORMAT, "channels_last")

    sign = 1
    sentence = Text("Puts zeros around a picture.", "이미지 둘레에 0을 두릅니다.")
    source = "keras/src/ops/image.py, pad_images"
    examples = (
        ({"top_padding": 1, "left_padding": 2, "target_height": 8, "target_width": 9}, ((5, 6, 3),)),
        ({"top_padding": 1, "left_padding": 0, "bottom_padding": 2, "right_padding": 3}, ((5, 6, 3),)),
        ({"bottom_padding": 1, "right_padding": 0, "target_height": 8, "target_width": 9}, ((5, 6, 3),)),
    )


class CropImages(_Edges, type_name="ops.image.crop_images"):
    """Rows and columns of a picture cut off: (B, 8, 9, 3) -> (B, target_height, target_width, 3)."""

    top_cropping: int | None = argument(_COUNT, None)
    left_cropping: int | None = argument(_COUNT, None)
    bottom_cropping: int | None = argument(_COUNT, None)
    right_cropping: int | None = argument(_COUNT, None)
    target_height: int | None = argument(_COUNT, None)
    target_width: int | None = argument(_COUNT, None)
    data_format: str = argument(DATA_FORMAT, "channels_last")

    sign = -1
    sentence = Text("Cuts rows and columns off a picture.", "이미지의 행과 열을 잘라 냅니다.")
    source = "keras/src/ops/image.py, crop_images"
    examples = (
        ({"top_cropping": 1, "left_cropping": 2, "target_height": 3, "target_width": 2}, ((5, 6, 3),)),
        ({"top_cropping": 1, "left_cropping": 0, "bottom_cropping": 2, "right_cropping": 3}, ((5, 6, 3),)),
        ({"bottom_cropping": 1, "right_cropping": 0, "target_height": 3, "target_width": 2}, ((5, 6, 3),)),
    )


class ExtractPatches(OfPictures, type_name="ops.image.extract_patches"):
    """The numbers under each window as channels: (B, 8, 8, 3) with size 4 -> (B, 2, 2, 48)."""

    size: tuple[int, ...] = argument(
        Kind(_SIZES.expected, lambda value: _SIZES.parse((value, value) if is_integer(value) else value), 4)
    )
    strides: int | tuple[int, ...] | None = argument(optional(one_or_each(1)), None)
    dilation_rate: int | tuple[int, ...] = argument(one_or_each(1, 1), 1)
    padding: str = argument(choice("valid", "same"), "valid")
    data_format: str = argument(DATA_FORMAT, "channels_last")

    sentence = Text(
        "Cuts a picture into patches, each a row of channels.",
        "이미지를 조각으로 자르고 조각마다 그 수들을 채널로 늘어놓습니다.",
    )
    source = "keras/src/ops/image.py, extract_patches"
    examples = (
        ({"size": 4}, ((8, 9, 3),)),
        ({"size": (2, 3), "strides": (1, 2), "padding": "same"}, ((5, 6, 2),)),
        ({"size": (2, 2, 1)}, ((4, 4, 3, 2),)),
    )

    def _each(self, value: int | tuple[int, ...]) -> tuple[int, ...]:
        return (value,) * len(self.size) if isinstance(value, int) else value

    @property
    def _steps(self) -> tuple[int, ...]:
        return self.size if self.strides is None else self._each(self.strides)

    def conflicts(self) -> list[Problem]:
        rank = len(self.size)
        named = {"strides": self._steps, "dilation_rate": self._each(self.dilation_rate)}
        wrong = [name for name, value in named.items() if len(value) != rank]
        if rank in (2, 3) and not wrong:
            return []
        reason = phrase("windows have two sizes, or three", "창의 크기는 둘 또는 셋입니다")
        facts = {"first": "size", "second": wrong[0] if wrong else "strides", "reason": reason}
        return [problem("arguments conflict", **facts, received=self.changed(), suggestion="")]

    def _windows(self, shape: Shape) -> list[tuple[int, int, int, int]]:
        """For each spatial axis: where it stands, and size, stride and dilation of the window."""
        each = self.size, self._steps, self._each(self.dilation_rate)
        return list(zip(self.axes(shape, len(self.size)), *each, strict=True))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        found = list(shape)
        for axis, size, stride, dilation in self._windows(shape):
            known = shape[axis]
            found[axis] = None
            if is_known(known):
                found[axis] = window_output(known, size, stride, self.padding, dilation)
            new = found[axis]
            if isinstance(new, int) and new < 1:
                raise ShapeError(problem("index outside", type=self.type, index=size, size=known))
        channel = self.channel(shape)
        if not isinstance(shape[channel], int):
            words = phrase("channels whose number is known", "채널 수를 아는 모양")
            facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
            raise ShapeError(problem("rank", type=self.type, **facts))
        found[channel] = product((shape[channel], *self.size))
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        each = list(zip(self._steps, self.size, "ijk", "uvs", strict=False))
        steps = ", ".join(f"{step}·{letter} + {tap}" for step, _, letter, tap in each)
        window = ", ".join(f"0 ≤ {tap} < {size}" for _, size, _, tap in each)
        return (f"y = x[{steps}], {window}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,) = inputs
        each = self._windows(shape)
        return ({axis: (axis, window(shape[axis], size, step, self.padding, gap)) for axis, size, step, gap in each},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None

    def output_range(self) -> Range:
        return "inputs"
