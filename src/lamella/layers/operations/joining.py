"""Functions that join several tensors along an axis, or take one apart."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import Kind, Wrong, argument, integer, is_integer
from lamella.layers.axes import axis_words, sizes_differ
from lamella.layers.base import AxisMap, ShapeError
from lamella.layers.operations.operation import AXIS, Operation, need_few, place, shown
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.units import size as written_size
from lamella.window import IDENTITY


class _Listed(Operation, abstract=True):
    """What joins a list of tensors."""

    listed = True
    input_count = (1, None)
    scatters = True

    def _common(self, inputs: tuple[Shape, ...], joined: int | None) -> list[Size]:
        """The sizes that all inputs share; the one along `joined` may differ."""
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shown(inputs)))
        found, differing = list(inputs[0]), []
        for axis in range(len(found)):
            sizes = {shape[axis] for shape in inputs} - {None}
            fixed = {size for size in sizes if isinstance(size, int)}
            if axis != joined and (len(fixed) > 1 or (BATCH in sizes and len(sizes) > 1)):
                differing.append((axis_words(axis), sorted(sizes, key=str)))
            found[axis] = next(iter(fixed), next((shape[axis] for shape in inputs if shape[axis] is not None), None))
        if differing:
            raise sizes_differ(self.type, shown(inputs), differing, phrase("Make them equal.", "같게 맞춰 주세요."))
        return found

    def _joined(self, shape: Shape) -> int | None:
        """The axis along which sizes may differ."""
        return None

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        joined = self._joined(inputs[0])
        pairs = [pair for one, other in pairwise(inputs) for pair in enumerate(zip(one, other, strict=False))]
        return tuple(
            sizes for axis, sizes in pairs if axis != joined and sizes[0] != sizes[1] and all(map(is_known, sizes))
        )

    def output_range(self) -> Range:
        return "inputs"


class _Concatenating(_Listed, abstract=True):
    """Tensors one behind the other along an axis."""

    tensors: ClassVar[tuple[str, ...]] = ("xs",)

    def _place(self, shape: Shape) -> int:
        """The axis along which they are joined."""
        raise NotImplementedError

    def _joined(self, shape: Shape) -> int | None:
        return self._place(shape)

    def output_shape(self, *inputs: Shape) -> Shape:
        at = self._place(inputs[0])
        found = self._common(inputs, at)
        sizes = [shape[at] for shape in inputs]
        known = [size for size in sizes if is_known(size)]
        found[at] = sum(known) if len(known) == len(sizes) else sizes[0] if len(sizes) == 1 else None
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        at = self._place(inputs[0])
        sizes = " + ".join(written_size(shape[at]) for shape in inputs)
        return (f"n = {sizes} = {show_shape((output[at],))}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Along the axis itself each number keeps what it sees, but its place tells nothing any more."""
        at = self._place(inputs[0])
        seen: AxisMap = {axis: (axis, IDENTITY) for axis, size in enumerate(inputs[0]) if axis != at and size != BATCH}
        return (seen,) * len(inputs)


class Concatenate(_Concatenating, type_name="ops.concatenate"):
    """Tensors one behind the other along `axis`: (B, 4, 2), (B, 3, 2) with 1 -> (B, 7, 2)."""

    axis: int = argument(AXIS, 0)

    sentence = Text("Puts tensors one behind the other along an axis.", "텐서를 한 축을 따라 이어 붙입니다.")
    source = "keras/src/ops/numpy.py, concatenate"
    examples = (({"axis": -1}, ((4, 2), (4, 3))), ({"axis": 1}, ((4, 5, 2), (3, 5, 2), (1, 5, 2))))

    def _place(self, shape: Shape) -> int:
        return place(self.axis, shape)


class Hstack(_Concatenating, type_name="ops.hstack"):
    """Tensors one behind the other along axis 1: (B, 4, 2), (B, 3, 2) -> (B, 7, 2)."""

    sentence = Text("Puts tensors one behind the other along the second axis.", "텐서를 둘째 축을 따라 이어 붙입니다.")
    source = "keras/src/ops/numpy.py, hstack"
    examples = (({}, ((4, 2), (3, 2))), ({}, ((4,), (1,), (2,))))

    def _place(self, shape: Shape) -> int:
        return place(1, shape)


class Vstack(_Concatenating, type_name="ops.vstack"):
    """Tensors one behind the other along axis 0, mostly that of the images."""

    sentence = Text("Puts tensors one behind the other along the first axis.", "텐서를 첫째 축을 따라 이어 붙입니다.")
    source = "keras/src/ops/numpy.py, vstack"
    examples = (({}, ((4, 2), (4, 2))), ({}, ((3,),)))

    def _place(self, shape: Shape) -> int:
        return 0


class Dstack(_Concatenating, type_name="ops.dstack"):
    """Tensors of three or more axes one behind the other along axis 2: (B, 4, 2), (B, 4, 3) -> (B, 4, 5)."""

    sentence = Text("Puts tensors one behind the other along the third axis.", "텐서를 셋째 축을 따라 이어 붙입니다.")
    source = "keras/src/ops/numpy.py, dstack"
    examples = (({}, ((4, 2), (4, 3))), ({}, ((4, 2, 3), (4, 1, 3))), ({}, ((4,), (4,))))

    def output_shape(self, *inputs: Shape) -> Shape:
        return super().output_shape(*map(self._wide, inputs))

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        return super().conditions(*map(self._wide, inputs))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return super().formulas(tuple(map(self._wide, inputs)), output)

    def _wide(self, shape: Shape) -> Shape:
        """A matrix gets a third axis of size 1, a row one in front too."""
        return shape if len(shape) > 2 else (*shape, 1) if len(shape) == 2 else (1, *shape, 1)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        found = super().views(tuple(map(self._wide, inputs)), output)
        return found if len(inputs[0]) > 1 else ({},) * len(inputs)

    def _place(self, shape: Shape) -> int:
        return place(2, shape)


class Stack(_Listed, type_name="ops.stack"):
    """Tensors of one shape side by side along a new axis: (B, 4), (B, 4) with 1 -> (B, 2, 4)."""

    axis: int = argument(AXIS, 0)

    scatters = False
    sentence = Text("Lays tensors side by side along a new axis.", "텐서들을 새 축을 따라 나란히 놓습니다.")
    source = "keras/src/ops/numpy.py, stack"
    examples = (({"axis": 1}, ((4,), (4,))), ({"axis": -1}, ((4, 5), (4, 5), (4, 5))))

    def output_shape(self, *inputs: Shape) -> Shape:
        found = self._common(inputs, None)
        found.insert(place(self.axis, inputs[0], 1), len(inputs))
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"n = {len(inputs)}, axis = {place(self.axis, inputs[0], 1)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        at = place(self.axis, inputs[0], 1)
        seen: AxisMap = {axis + (axis >= at): (axis, IDENTITY) for axis, size in enumerate(inputs[0]) if size != BATCH}
        return (seen,) * len(inputs)


def _sections(value: object) -> int | tuple[int, ...]:
    if isinstance(value, int) and is_integer(value) and value >= 1:
        return value
    several = isinstance(value, (list, tuple)) and value and all(is_integer(each) and each >= 1 for each in value)
    if isinstance(value, (list, tuple)) and several and list(value) == sorted(set(value)):
        return tuple(value)
    raise Wrong


_SECTIONS = Kind(
    phrase("a number of equal parts, or the ascending places to cut at", "같은 조각의 수, 또는 자를 자리(오름차순)"),
    _sections,
    2,
)


class _Cutting(Operation, abstract=True):
    """A tensor cut along an axis, one output a part."""

    gives_list = True

    def _place(self, shape: Shape) -> int:
        """The axis along which it is cut."""
        raise NotImplementedError

    def _parts(self, size: Size) -> list[Size]:
        """The parts of an axis of that size."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        (shape,) = inputs
        at = self._place(shape)
        return tuple((*shape[:at], size, *shape[at + 1 :]) for size in self._parts(shape[at]))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        parts = " + ".join(show_shape((size,)) for size in self._parts(inputs[0][self._place(inputs[0])]))
        return (f"n = {parts}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Which part an output is, it does not know: along the cut axis nothing is said."""
        at = self._place(inputs[0])
        sizes = enumerate(inputs[0])
        return ({axis: (axis, None if axis == at else IDENTITY) for axis, size in sizes if size != BATCH},)

    def output_range(self) -> Range:
        return "inputs"


class _Splitting(_Cutting, abstract=True):
    """Equal parts, or parts between given places."""

    indices_or_sections: int | tuple[int, ...] = argument(_SECTIONS)

    def _parts(self, size: Size) -> list[Size]:
        sections = self.indices_or_sections
        if isinstance(sections, int):
            if isinstance(size, int) and size % sections:
                facts = {"type": self.type, "index": sections, "size": size}
                raise ShapeError(problem("index outside", **facts))
            need_few(self.type, sections)
            return [size // sections if is_known(size) else None] * sections
        ends = [0, *sections]
        if isinstance(size, int) and sections[-1] > size:
            raise ShapeError(problem("index outside", type=self.type, index=sections[-1], size=size))
        parts: list[Size] = [end - start for start, end in zip(ends, sections, strict=False)]
        return [*parts, size - sections[-1] if is_known(size) else None]


class Split(_Splitting, type_name="ops.split"):
    """A tensor cut along `axis`, one output a part: (B, 6) with 2, axis 1 -> (B, 3), (B, 3)."""

    axis: int = argument(AXIS, 0)

    sentence = Text("Cuts a tensor into parts along an axis.", "텐서를 한 축을 따라 여러 조각으로 자릅니다.")
    source = "keras/src/ops/numpy.py, split"
    examples = (
        ({"indices_or_sections": 2, "axis": 1}, ((6, 3),)),
        ({"indices_or_sections": (1, 4), "axis": -1}, ((3, 6),)),
    )

    def _place(self, shape: Shape) -> int:
        return place(self.axis, shape)


class Vsplit(_Splitting, type_name="ops.vsplit"):
    """A tensor of two or more axes cut along axis 0, mostly that of the images, one output a part."""

    sentence = Text("Cuts a tensor into parts along the first axis.", "텐서를 첫째 축을 따라 여러 조각으로 자릅니다.")
    source = "keras/src/ops/numpy.py, vsplit"
    examples = (({"indices_or_sections": 2}, ((6, 3),)), ({"indices_or_sections": 1}, ((4,),)))

    def _place(self, shape: Shape) -> int:
        place(1, shape)
        return 0


class Hsplit(_Splitting, type_name="ops.hsplit"):
    """A tensor cut along axis 1 (a row along its only one), one output a part: (B, 6) with 2 -> (B, 3), (B, 3)."""

    sentence = Text("Cuts a tensor into parts along the second axis.", "텐서를 둘째 축을 따라 여러 조각으로 자릅니다.")
    source = "keras/src/ops/numpy.py, hsplit"
    examples = (({"indices_or_sections": 2}, ((6, 3),)), ({"indices_or_sections": (1, 4)}, ((6,),)))

    def _place(self, shape: Shape) -> int:
        return place(min(1, len(shape) - 1), shape)


class Dsplit(_Splitting, type_name="ops.dsplit"):
    """A tensor cut along axis 2, one output a part: (B, 4, 6) with 2 -> (B, 4, 3), (B, 4, 3)."""

    sentence = Text("Cuts a tensor into parts along the third axis.", "텐서를 셋째 축을 따라 여러 조각으로 자릅니다.")
    source = "keras/src/ops/numpy.py, dsplit"
    examples = (({"indices_or_sections": 2}, ((3, 6),)), ({"indices_or_sections": (1, 4)}, ((3, 6, 2),)))

    def _place(self, shape: Shape) -> int:
        return place(2, shape)


class ArraySplit(_Cutting, type_name="ops.array_split"):
    """A tensor cut along `axis` into nearly equal parts, the first ones larger: (B, 7) with 3 -> 3, 2, 2."""

    indices_or_sections: int = argument(integer(1, 2))
    axis: int = argument(AXIS, 0)

    sentence = Text("Cuts a tensor into nearly equal parts.", "텐서를 크기가 거의 같은 조각들로 자릅니다.")
    source = "keras/src/ops/numpy.py, array_split"
    examples = (
        ({"indices_or_sections": 3, "axis": 1}, ((7, 3),)),
        ({"indices_or_sections": 2, "axis": -1}, ((3, 6),)),
    )

    def _place(self, shape: Shape) -> int:
        return place(self.axis, shape)

    def _parts(self, size: Size) -> list[Size]:
        count = self.indices_or_sections
        need_few(self.type, count)
        if not isinstance(size, int):
            return [None] * count
        return [size // count + (part < size % count) for part in range(count)]
