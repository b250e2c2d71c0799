"""Checks of what windows see of their input: lost ends, gaps between windows, borders that count less, half shifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from lamella.checks.check import Check
from lamella.checks.facts import Readers, grows, one_or_all, readers, restored, views
from lamella.design import Shape, node_of
from lamella.errors import Problem
from lamella.layers.convolution import Sliding
from lamella.layers.pooling import Pooling
from lamella.layers.spatial import AXIS_NAMES, Spatial
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Phrase, Text, phrase
from lamella.texts.problem_text import entry
from lamella.window import IDENTITY, Window

_WINDOWS: Final = (Sliding, Pooling)
_LONG: Final = 10**6
"""Longer axes are not written out position by position."""
_PICTURE: Final = "input: [28, 28, 1]\nlayers:\n"


class _Unseen(NamedTuple):
    """The positions of a tensor that none of its readers sees, along axes where it is alike: at the end, and between.

    `row` is the first reader, `window` how it sees these axes.
    """

    row: Row
    axes: tuple[int, ...]
    size: int
    end: int
    gaps: int
    window: Window


def _unseen(plan: Plan) -> list[_Unseen]:
    """For every tensor that only convolutions and poolings read: what is left out of it."""
    outputs = set(plan.design.outputs.values())
    found: dict[tuple[object, ...], _Unseen] = {}
    every = readers(plan)
    for reference, read in every.items():
        shape = plan.shapes.get(reference)
        if shape is None or reference in outputs or not all(isinstance(row.layer, _WINDOWS) for row, _ in read):
            continue
        if _is_part_of_what_others_read(plan, reference, every):
            continue
        for axis, size in enumerate(shape):
            seen = [_seen(plan, row, axis, size) for row, _ in read] if isinstance(size, int) else [None]
            if not isinstance(size, int) or any(each is None for each in seen):
                continue
            last, reached = _reached([each for each in seen if each is not None])
            end, gaps = size - 1 - last, last + 1 - reached
            way = views(plan, read[0][0])[0][axis][1]
            if (end or gaps) and isinstance(way, Window):
                key = (reference, size, end, gaps, way.kernel, way.stride)
                before = found.get(key)
                axes = (*before.axes, axis) if before else (axis,)
                found[key] = _Unseen(read[0][0], axes, size, end, gaps, way)
    return list(found.values())


def _is_part_of_what_others_read(plan: Plan, reference: str, every: Readers) -> bool:
    """Whether a tensor is another one, cut or padded, that other layers see: as in NASNet's factorized reductions."""
    while (row := plan.by_name.get(reference)) is not None and row.node.type.startswith(("Cropping", "ZeroPadding")):
        (reference,) = row.node.inputs
        if len(every[reference]) > 1:
            return True
    return False


def _reached(seen: Sequence[range | set[int]]) -> tuple[int, int]:
    """The last position that is seen, -1 for none, and how many are; unbroken ones are never written out."""
    unbroken = [each for each in seen if isinstance(each, range)]
    if len(unbroken) < len(seen):
        whole = set[int]().union(*seen)
        return max(whole, default=-1), len(whole)
    last, count = -1, 0
    for each in sorted(filter(len, unbroken), key=lambda each: each[0]):
        count += max(0, each[-1] - max(last, each[0] - 1))
        last = max(last, each[-1])
    return last, count


def _seen(plan: Plan, row: Row, axis: int, size: int) -> range | set[int] | None:
    """The positions of an axis that a convolution or pooling sees; None where it sees all, or that is not known."""
    seen_by = views(plan, row)
    source, way = seen_by[0].get(axis, (axis, None)) if seen_by else (axis, None)
    count = row.output_shape[axis] if row.output_shape is not None else None
    if source != axis or not isinstance(way, Window) or way == IDENTITY or not isinstance(count, int) or count < 1:
        return None
    if way.dilation == 1 and way.stride <= way.kernel:
        return range(max(0, -way.before), min(size, way.inputs(count - 1)[-1] + 1))
    if size > _LONG:
        return None
    return {each for output in range(count) for each in way.inputs(output) if 0 <= each < size}


def _by_reader(found: Iterable[_Unseen]) -> list[list[_Unseen]]:
    """What one layer leaves out, along all of its axes."""
    listed: dict[str, list[_Unseen]] = {}
    for each in found:
        listed.setdefault(each.row.node.name, []).append(each)
    return [*listed.values()]


def _along(found: Sequence[_Unseen], counts: Sequence[int]) -> Phrase | str:
    """So many of so many places along which axes, in words."""
    said = []
    for each, count in zip(found, counts, strict=True):
        layer = each.row.layer
        assert isinstance(layer, Spatial), "only such are looked at"
        axes = _listed([AXIS_NAMES[layer.rank][layer.axes.index(axis)] for axis in each.axes])
        facts = {"count": count, "size": each.size, "axes": axes}
        said.append(phrase("{count} of {size} along {axes}", "{size}칸 가운데 {count}칸({axes})", **facts))
    return _listed(said)


def _listed(parts: Sequence[Phrase | str]) -> Phrase | str:
    text = parts[0]
    for each in parts[1:]:
        text = phrase("{before}, {each}", "{before}, {each}", before=text, each=each)
    return text


def _sizes(numbers: Sequence[int]) -> int | str:
    """One number where all axes have the same."""
    return numbers[0] if len({*numbers}) == 1 else "x".join(map(str, numbers))


def _padded_behind(plan: Plan, row: Row, axis: int) -> int:
    """How many zeros the layer before has put behind the picture along an axis."""
    before = plan.by_name.get(row.node.inputs[0])
    if before is None or before.node.type not in ("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"):
        return 0
    inputs = plan.inputs_of(before)
    (seen,) = views(plan, before) or ({},)
    _, way = seen.get(axis, (axis, None))
    if inputs is None or before.output_shape is None or not isinstance(way, Window):
        return 0
    size, result = inputs[0][axis], before.output_shape[axis]
    return result - size - way.before if isinstance(size, int) and isinstance(result, int) else 0


class LostEnd(Check):
    """The last rows or columns of a tensor lie outside every window."""

    words = entry(
        "LAM311",
        "The last {places} are seen by no window ({pixels:,} of {all:,} places).",
        "끝의 {places}은 어느 창에도 들어가지 않습니다(전체 {all:,}곳 중 {pixels:,}곳).",
        "Pad by {missing}, take padding same, or sizes of {fits:list}.",
        "{missing}칸을 덧대거나 padding: same을 쓰거나, 다음 크기로 바꾸세요: {fits:list}.",
        "warning",
    )
    title = Text("A border that no output sees", "어느 출력도 보지 않는 경계")
    why = Text(
        "Without padding a window stops where it no longer fits. With a stride, some rows and columns at the bottom "
        "and the right are then left over: whatever stands there, the output is the same.",
        "패딩이 없으면 창은 더 들어가지 않는 곳에서 멈춥니다. 스트라이드가 있으면 아래와 오른쪽의 몇 줄이 남고, "
        "거기에 무엇이 있든 출력은 같습니다.",
    )
    source = "Dumoulin and Visin 2016, relationship 6"
    wrong = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 5, strides: 5}\n",
        "input: [27, 28, 1]\nlayers:\n  - MaxPooling2D: {}\n",
    )
    right = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 3, strides: 5, padding: same}\n",
        _PICTURE + "  - MaxPooling2D: {}\n",
        _PICTURE + "  - ZeroPadding2D: {padding: 3}\n  - Conv2D: {filters: 2, kernel_size: 7, strides: 2}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        ends = [
            each
            for each in _unseen(plan)
            if not each.gaps and _padded_behind(plan, each.row, each.axes[0]) < each.end < each.window.stride
        ]
        for found in _by_reader(ends):
            kept = whole = _places((plan.inputs_of(found[0].row) or ((),))[0])
            by_axis = sorted((axis, each) for each in found for axis in each.axes)
            for _, each in by_axis:
                kept = kept // each.size * (each.size - each.end)
            missing = [each.window.stride - each.end for _, each in by_axis]
            less = [each.size - each.end for _, each in by_axis]
            more = [each.size + each.window.stride - each.end for _, each in by_axis]
            facts = {"missing": _sizes(missing), "fits": [str(_sizes(less)), str(_sizes(more))]}
            places = _along(found, [each.end for each in found])
            yield self.at(found[0].row, None, places=places, pixels=whole - kept, all=whole, **facts)


def _places(shape: Shape) -> int:
    """Places of a picture, its channels not counted."""
    total = 1
    for size in shape[:-1]:
        total *= size if isinstance(size, int) else 1
    return total


class Gaps(Check):
    """Windows stand so far apart that places between them are seen by none."""

    words = entry(
        "LAM312",
        "Windows of {kernel} stand {stride} apart: {places} are seen by none of them.",
        "창(크기 {kernel}) 사이의 간격이 {stride}칸입니다. {places}은 어느 창에도 들어가지 않습니다.",
        "Take a kernel of at least the stride, or a smaller stride.",
        "커널을 스트라이드 이상으로 하거나 스트라이드를 줄이세요.",
        "warning",
    )
    title = Text("A stride larger than the kernel", "커널보다 큰 스트라이드")
    why = Text(
        "Where the stride is larger than the kernel, or a dilated kernel meets a stride with a common divisor, whole "
        "rows and columns between the windows are never looked at, though they were computed.",
        "스트라이드가 커널보다 크거나 팽창한 커널과 스트라이드에 공약수가 있으면, 창 사이의 줄은 계산하고도 한 번도 "
        "보지 않습니다.",
    )
    source = "He et al. 2015 put a stride of 2 on a kernel of 1; Goyal et al. 2017 moved it to the kernel of 3"
    wrong = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 1, strides: 2}\n",
        "input: [30, 2]\nlayers:\n  - MaxPooling1D: {pool_size: 2, strides: 4}\n",
    )
    right = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 2, strides: 2}\n",
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 3, dilation_rate: 2}\n",
        _PICTURE
        + "  - AveragePooling2D: {name: even, pool_size: 1, strides: 2}\n"
        + "  - Cropping2D: {cropping: [[1, 0], [1, 0]], from: input}\n"
        + "  - AveragePooling2D: {name: odd, pool_size: 1, strides: 2}\n"
        + "  - Concatenate: {from: [even, odd]}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        for found in _by_reader(each for each in _unseen(plan) if each.gaps):
            windows = [each.window for each in found]
            facts = {
                "kernel": _sizes([each.kernel for each in windows]),
                "stride": _sizes([each.stride for each in windows]),
            }
            places = _along(found, [each.gaps + each.end for each in found])
            yield self.at(found[0].row, "strides", **facts, places=places)


class EvenKernel(Check):
    """An even kernel with padding same shifts the picture by half a place."""

    words = entry(
        "LAM313",
        "The kernel {kernel} is even, so padding same puts {before} before and {after} behind: the picture moves by half a place.",
        "커널 {kernel}: 짝수라서 padding: same이 앞에 {before}칸, 뒤에 {after}칸을 덧대고, 이미지가 반 칸 밀립니다.",
        "Take {odd} or {more}.",
        "대신 쓸 커널: {odd} 또는 {more}.",
        "warning",
    )
    title = Text("An even kernel with padding same", "padding: same과 짝수 커널")
    why = Text(
        "Padding same needs kernel - 1 zeros in all. Of an odd number one side gets more than the other, so every "
        "such layer shifts what it computes by half a place towards the lower right.",
        "padding: same에는 모두 커널 − 1개의 0이 필요합니다. 그 수가 홀수이면 한쪽이 더 받아서, 이런 레이어를 지날 "
        "때마다 결과가 반 칸씩 밀립니다.",
    )
    source = "keras/src/ops/operation_utils.py; Wu et al. 2019, Convolution with even-sized kernels"
    wrong = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 4, padding: same}\n",
        _PICTURE + "  - DepthwiseConv2D: {kernel_size: [3, 2], padding: same}\n",
    )
    right = (
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 3, padding: same}\n",
        _PICTURE + "  - Conv2D: {filters: 2, kernel_size: 4}\n",
        _PICTURE + "  - MaxPooling2D: {padding: same}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        for row in plan.rows:
            layer = row.layer
            if not isinstance(layer, Sliding) or layer.padding != "same":
                continue
            extents = [(kernel - 1) * gap for kernel, gap in zip(layer.kernel_size, layer.dilation_rate, strict=True)]
            uneven = [extent for extent, step in zip(extents, layer.strides, strict=True) if extent % 2 and step == 1]
            if uneven:
                odd = tuple(each - (each % 2 == 0) for each in layer.kernel_size)
                more = tuple(each + (each % 2 == 0) for each in layer.kernel_size)
                facts = {
                    "before": uneven[0] // 2,
                    "after": uneven[0] - uneven[0] // 2,
                }
                kernels = {"kernel": layer.kernel_size, "odd": odd, "more": more}
                shown = {name: one_or_all(each) for name, each in kernels.items()}
                yield self.at(row, "kernel_size", **facts, **shown)


class WeakBorder(Check):
    """In a network that restores pictures, unpadded convolutions use the border's numbers less often."""

    words = entry(
        "LAM314",
        "Without padding a corner is used {corner} time, the middle {middle} times: {count:,} of {all:,} places count less.",
        "패딩이 없어 모서리는 {corner}번, 가운데는 {middle}번 쓰입니다. 전체 {all:,}곳 중 {count:,}곳이 덜 쓰입니다.",
        "Take padding same, which changes the sizes behind it.",
        "padding: same을 쓰세요. 뒤의 크기가 달라집니다.",
        "warning",
    )
    title = Text("A border that counts less", "덜 쓰이는 경계")
    why = Text(
        "A window that must lie inside the picture covers a corner once and the middle as often as it has places. "
        "What stands at the border is used less than the rest, and a network that is to restore it needs it as much. "
        "Asked of the layers before the picture grows again.",
        "이미지 안에만 놓이는 창은 모서리를 한 번 덮고 가운데는 창의 칸 수만큼 덮습니다. 경계는 다른 곳보다 덜 "
        "쓰이는데, 이미지를 복원하려면 경계도 똑같이 필요합니다. 이미지가 다시 커지기 전의 레이어만 살핍니다.",
    )
    source = "Alsallakh et al. 2021, Mind the Pad"
    wrong = (
        _PICTURE
        + "  - Conv2D: {filters: 4, kernel_size: 3}\n  - Conv2D: {filters: 4, kernel_size: 2, strides: 2}\n"
        + "  - Conv2DTranspose: {filters: 4, kernel_size: 2, strides: 2}\n"
        + "  - Conv2DTranspose: {filters: 1, kernel_size: 3, activation: sigmoid}\n",
    )
    right = (
        _PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3}\n",
        _PICTURE
        + "  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}\n"
        + "  - Conv2DTranspose: {filters: 1, kernel_size: 4, strides: 2, padding: same, activation: sigmoid}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        if restored(plan) is None:
            return
        behind: set[str] = set()
        for row in plan.rows:
            layer, inputs = row.layer, plan.inputs_of(row)
            if grows(plan, row) or any(node_of(name, behind) in behind for name in row.node.inputs):
                behind.add(row.node.name)
                continue
            if not isinstance(layer, Sliding) or layer.padding != "valid" or inputs is None:
                continue
            sizes = [inputs[0][axis] for axis in layer.axes]
            if not all(isinstance(size, int) for size in sizes) or {*layer.dilation_rate, *layer.strides} != {1}:
                continue
            if _padded(plan, row) or max(layer.kernel_size) == 1:
                continue
            full = _full([size for size in sizes if isinstance(size, int)], layer.kernel_size)
            whole = _places(inputs[0])
            middle = 1
            for kernel, size in zip(layer.kernel_size, sizes, strict=True):
                assert isinstance(size, int), "asked above"
                middle *= min(kernel, size - kernel + 1)
            yield self.at(row, "padding", corner=1, middle=middle, count=whole - full, all=whole)


def _padded(plan: Plan, row: Row) -> bool:
    before = plan.by_name.get(row.node.inputs[0])
    return before is not None and before.node.type.startswith("ZeroPadding")


def _full(sizes: Sequence[int], kernels: Sequence[int]) -> int:
    """Places that a window of stride 1 covers as often as any."""
    found = 1
    for size, kernel in zip(sizes, kernels, strict=True):
        most = min(kernel, size - kernel + 1)
        found *= size - 2 * (most - 1)
    return found
