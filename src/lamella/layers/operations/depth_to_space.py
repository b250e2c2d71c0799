"""depth_to_space and space_to_depth: channels laid out as blocks of a picture, and back."""

from __future__ import annotations

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import argument, choice, integer
from lamella.layers.base import AxisMap, ShapeError
from lamella.layers.operations.operation import Operation
from lamella.layers.spatial import AXIS_NAMES, Spatial
from lamella.layers.spatial_formulas import placed, positions, size_lines
from lamella.texts.languages import Text, phrase
from lamella.window import TransposedWindow, Window

_ORDER = choice("channels_last", "channels_first")


class _Blocks(Spatial, Operation):
    """Blocks of `block_size` x `block_size` numbers."""

    batch_first = True

    block_size: int = argument(integer(2, 2))
    data_format: str = argument(_ORDER, "channels_last")

    source = "Shi et al. 2016 (ESPCN); keras/src/ops/nn.py"

    def output_range(self) -> Range:
        return "inputs"


class DepthToSpace(_Blocks, rank=2, type_name="ops.depth_to_space"):
    """Every block_size^2 channels laid out as a block: (B, 4, 5, 12) -> (B, 8, 10, 3)."""

    sentence = Text(
        "Lays channels out as small blocks of a larger picture (pixel shuffle).",
        "채널들을 더 큰 이미지의 작은 블록으로 펼쳐 놓습니다(픽셀 셔플).",
    )
    examples = (
        ({"block_size": 2}, ((4, 5, 12),)),
        ({"block_size": 3, "data_format": "channels_first"}, ((9, 2, 3),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        channels, block = shape[self.channel], self.block_size**2
        less = channels // block if is_known(channels) else None
        found = self.resized(shape, less, lambda _, size: size * self.block_size)
        if isinstance(channels, int) and channels % block:
            name = phrase("channels", "채널")
            rest = tuple(None if axis == self.channel else size for axis, size in enumerate(found))
            raise ShapeError(problem("blocks", type=self.type, axis=name, size=channels, multiple=block), rest)
        return found

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        size, channels = self.block_size, output[self.channel]
        row, column = (f"({letter} mod {size})" for letter in "ij")
        channel = f"{'C' if channels is None else channels}·({size}·{row} + {column}) + c"
        read = placed(self, [f"⌊i / {size}⌋", f"⌊j / {size}⌋"], channel)
        lines = size_lines(self, inputs[0], output, [f"{{size}}·{size}"] * 2)
        return (f"y[{placed(self, positions(self), 'c')}] = x[{read}]", *lines)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen([TransposedWindow(self.block_size, self.block_size)] * 2)


class SpaceToDepth(_Blocks, rank=2, type_name="ops.space_to_depth"):
    """Every block of block_size x block_size numbers made into channels: (B, 8, 10, 3) -> (B, 4, 5, 12)."""

    sentence = Text(
        "Gathers small blocks of a picture into channels: a smaller picture, and nothing is lost.",
        "이미지의 작은 블록들을 채널로 모읍니다. 이미지는 작아지지만 잃는 것이 없습니다.",
    )
    examples = (
        ({"block_size": 2}, ((8, 10, 3),)),
        ({"block_size": 3, "data_format": "channels_first"}, ((2, 6, 9),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        channels, block = shape[self.channel], self.block_size
        more = channels * block**2 if is_known(channels) else None
        found = self.resized(shape, more, lambda _, size: size // block)
        for which, axis in enumerate(self.axes):
            size = shape[axis]
            if isinstance(size, int) and size % block:
                name = AXIS_NAMES[self.rank][which]
                rest = tuple(None if each in self.axes else size for each, size in enumerate(found))
                raise ShapeError(problem("blocks", type=self.type, axis=name, size=size, multiple=block), rest)
        return found

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        """Open sizes must be multiples of the block."""
        sizes = [inputs[0][axis] for axis in self.axes]
        return tuple((size % self.block_size, 0) for size in sizes if is_known(size))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        size, channels = self.block_size, inputs[0][self.channel]
        wide = "C" if channels is None else f"{channels}"
        written = placed(self, positions(self), f"{wide}·({size}·u + v) + c")
        read = placed(self, [f"{size}·i + u", f"{size}·j + v"], "c")
        lines = size_lines(self, inputs[0], output, [f"{{size}} / {size}"] * 2)
        return (f"y[{written}] = x[{read}], 0 ≤ u, v < {size}", *lines)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen([Window(self.block_size, self.block_size)] * 2)
