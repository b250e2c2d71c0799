"""Checks of sizes along the way: what comes back, what the code holds, what layers can still see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Final

from lamella.algebra import number
from lamella.checks.check import Check
from lamella.checks.facts import is_scaled, readers, restored
from lamella.checks.repairs import repairs
from lamella.design import Shape, node_of
from lamella.errors import Problem
from lamella.layers.base import elements
from lamella.layers.convolution import Sliding
from lamella.layers.spatial import Spatial
from lamella.planning.plan import Plan, Row
from lamella.planning.undoing import cropped
from lamella.sources.yaml_writer import flow
from lamella.texts.languages import Phrase, Text, phrase
from lamella.texts.problem_text import entry
from lamella.units import shape as show_shape

_HALVED: Final = "input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}\n"
_ODD: Final = _HALVED.replace("28, 28", "27, 27")
_LAST: Final = "  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n"


class OtherSize(Check):
    """A network that restores pictures gives another size than it got."""

    words = entry(
        "LAM331",
        "The output is {received}, the input {expected}.",
        "출력은 {received}, 입력은 {expected}입니다.",
        "{fix}",
        "{fix}",
        "warning",
    )
    title = Text("An output of another size than the input", "입력과 크기가 다른 출력")
    why = Text(
        "A network that restores pictures is compared with them place by place. Rounding at every stride, on the way "
        "down and on the way up, is what changes the size.",
        "이미지를 복원하는 네트워크의 출력은 원래 이미지와 자리마다 비교합니다. 줄일 때와 키울 때 스트라이드마다 "
        "일어나는 반올림이 크기를 바꿉니다.",
    )
    source = "Dumoulin and Visin 2016, relationships 6 and 14"
    wrong = (
        _ODD + "  - UpSampling2D: {}\n" + _LAST,
        _HALVED + "  - Conv2DTranspose: {filters: 1, kernel_size: 3, strides: 2, activation: sigmoid}\n",
    )
    right = (
        _HALVED + "  - UpSampling2D: {}\n" + _LAST,
        "input: [28, 28, 1]\nlayers:\n  - UpSampling2D: {size: 2}\n" + _LAST,
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        pair = restored(plan)
        if pair is None:
            return
        last, wanted, given = pair[1], pair[0].output_shape, pair[1].output_shape
        if wanted is None or given is None or wanted == given or is_scaled(*pair):
            return
        fix = repairs(plan, returning=True) or _at_the_end(given, wanted)
        yield self.at(last, None, received=show_shape(given[1:]), expected=show_shape(wanted[1:]), fix=fix)


def _at_the_end(given: Shape, wanted: Shape) -> Phrase:
    """What to do where no small change helps: cut or pad what comes out."""
    sizes = [tuple(size for each in shape[1:-1] if (size := number(each)) is not None) for shape in (given, wanted)]
    layers = cropped(*sizes) if len(sizes[0]) == len(sizes[1]) == len(given) - 2 else []
    if not layers:
        return phrase(
            "No input size mends it, nor any change of one layer that was tried.",
            "맞는 입력 크기가 없고, 레이어 하나씩 바꿔 본 것 가운데에도 고치는 것이 없습니다.",
        )
    return phrase(
        "No input size mends it, nor any change of one layer that was tried; put at the end {layers:list}.",
        "맞는 입력 크기가 없고, 레이어 하나씩 바꿔 본 것 가운데에도 고치는 것이 없습니다. 끝에 두면 되는 것: {layers:list}.",
        layers=[f"{each.type}: {flow(each.arguments)}" for each in layers],
    )


class WideCode(Check):
    """Nothing between input and output is smaller than the input, so that copying is all there is to learn."""

    words = entry(
        "LAM332",
        "Nothing between input and output is smaller than the input ({given:,} numbers); the smallest, {shape}, has {count:,}.",
        "입력({given:,}개)과 출력 사이에 입력보다 작은 것이 없습니다. 가장 작은 {shape}도 {count:,}개입니다.",
        "Take fewer filters here: at most {most}{deeper}.",
        "여기 필터를 {most}개 이하로 줄이세요{deeper}.",
        "warning",
    )
    title = Text("A code wider than the input", "입력보다 넓은 코드")
    why = Text(
        "An autoencoder learns what matters because not everything passes its middle. Where the middle holds as many "
        "numbers as the picture, it can copy the picture and learn nothing.",
        "오토인코더는 가운데를 모두 지나갈 수 없어서 중요한 것을 배웁니다. 가운데가 이미지만큼 넓으면 그대로 베끼고 "
        "아무것도 배우지 않아도 됩니다.",
    )
    source = "Goodfellow, Bengio and Courville 2016, 14.1"
    wrong = (_HALVED + "  - UpSampling2D: {}\n" + _LAST,)
    right = (
        _HALVED.replace("filters: 4", "filters: 3") + "  - UpSampling2D: {}\n" + _LAST,
        "input: [28, 28, 1]\nlayers:\n  - UpSampling2D: {size: 2}\n" + _LAST,
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        pair = restored(plan)
        if pair is None or is_scaled(*pair) or not _is_chain(plan):
            return
        given = number(elements(pair[0].output_shape))
        inner = [row for row in plan.rows if row not in pair]
        counted = [(count, row) for row in inner if (count := number(elements(row.output_shape))) is not None]
        if given is None or len(counted) < len(inner) or not counted:
            return
        count, row = min(counted, key=lambda each: each[0])
        if count < given or row.output_shape is None:
            return
        places = count // (number(row.output_shape[-1]) or 1)
        if places < given:
            facts = {"given": given, "count": count, "shape": show_shape(row.output_shape[1:])}
            yield self.at(row, None, **facts, most=(given - 1) // places, deeper=_deeper(row.output_shape, given))


def _deeper(shape: Shape, given: int) -> Phrase | str:
    """What one more stride of 2 would leave, where that is less than the input."""
    sizes = [-(-size // 2) for each in shape[1:-1] if (size := number(each)) is not None]
    smaller = (*sizes, shape[-1])
    if prod(number(each) or 0 for each in smaller) >= given:
        return ""
    return phrase(
        ", or go down by one more stride, to {smaller}",
        ". 스트라이드를 한 번 더 써도 됩니다({smaller})",
        smaller=show_shape(smaller),
    )


def _is_chain(plan: Plan) -> bool:
    """Whether every tensor has one reader and every layer one input, so that nothing goes around the middle."""
    return all(len(found) == 1 for found in readers(plan).values()) and all(
        len(row.node.inputs) <= 1 for row in plan.rows
    )


class Unproductive(Check):
    """Layers slide windows over what has seen the whole picture already."""

    words = entry(
        "LAM333",
        "{count} layers from '{first}' on see the whole picture in every place already: their windows add no new pixel ({params:,} parameters, {macs:,} MACs).",
        "'{first}'부터 레이어 {count}개는 이미 모든 자리에서 이미지 전체를 봅니다. 창을 더 움직여도 새로 보이는 픽셀이 없습니다(파라미터 {params:,}개, MAC {macs:,}개).",
        "Use larger pictures, fewer layers, or kernels of 1 there.",
        "더 큰 이미지나 더 적은 레이어를 쓰거나, 거기서는 크기 1인 커널을 쓰세요.",
        "warning",
    )
    title = Text("Layers past the picture", "이미지를 넘어선 레이어")
    why = Text(
        "A convolution widens what an output sees. Once every place sees the whole picture there is nothing left to "
        "widen to; measured, such layers add little to what the network can do. Where there are several ways, the "
        "shortest counts: a skip connection hands on what still sees less.",
        "합성곱은 출력이 보는 범위를 넓힙니다. 모든 자리가 이미지 전체를 보게 되면 더 넓힐 곳이 없고, 측정해 보면 "
        "이런 레이어는 성능에 거의 보탬이 되지 않습니다. 길이 여럿이면 가장 짧은 길로 셉니다. 스킵 연결은 아직 덜 본 것을 "
        "넘겨주기 때문입니다.",
    )
    source = "Richter et al. 2022, Receptive Field Refinement for Convolutional Neural Networks Reliably Improves ..."
    wrong = ("input: [8, 8, 1]\nlayers:\n" + "  - Conv2D: {filters: 4, kernel_size: 5, padding: same}\n" * 6,)
    right = (
        "input: [28, 28, 1]\nlayers:\n" + "  - Conv2D: {filters: 4, kernel_size: 5, padding: same}\n" * 6,
        "input: [8, 8, 4]\nlayers:\n"
        + "  - Conv2D: {filters: 4, kernel_size: 5, padding: same}\n" * 4
        + "  - Add: {from: [conv2d_3, input]}\n  - Conv2D: {filters: 4, kernel_size: 5, padding: same}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        past = [row for row in plan.rows if isinstance(row.layer, Sliding) and max(row.layer.kernel_size) > 1]
        least = _by_shortest_way(plan) if past else {}
        past = [row for row in past if _sees_all(plan, row, least)]
        if past:
            params, macs = (sum(getattr(row, figure) or 0 for row in past) for figure in ("params", "macs"))
            yield self.at(past[0], None, count=len(past), first=past[0].node.name, params=params, macs=macs)


def _by_shortest_way(plan: Plan) -> dict[str, tuple[int, ...]]:
    """By node: what its units see of the input by the way that sees least, along each axis of its receptive field."""
    found: dict[str, tuple[int, ...]] = {}
    for row in plan.rows:
        own = _field(row)
        if own is None:
            continue
        before = [plan.by_name[name] for each in row.node.inputs if (name := node_of(each, plan.by_name)) in found]
        fields = [(found[each.node.name], field) for each in before if (field := _field(each)) is not None]
        alike = [(least, field) for least, field in fields if len(field) == len(own)]
        if len(row.node.inputs) == 1 and alike:
            ((least, field),) = alike
            more = [now - then for now, then in zip(own, field, strict=True)]
            found[row.node.name] = tuple(each + added for each, added in zip(least, more, strict=True))
        else:
            found[row.node.name] = tuple(map(min, zip(own, *(least for least, _ in alike), strict=True)))
    return found


def _field(row: Row) -> tuple[int, ...] | None:
    """The smallest extent of a node's one receptive field, where it is known along every axis."""
    if len(row.receptive_fields) != 1:
        return None
    sizes = tuple(each for each in row.receptive_fields[0].min if each is not None)
    return sizes if len(sizes) == len(row.receptive_fields[0].min) else None


def _sees_all(plan: Plan, row: Row, least: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether every place of what a layer reads sees every pixel, and not by a global pooling beside the way."""
    before = plan.by_name.get(node_of(row.node.inputs[0], plan.by_name))
    if before is None or before.node.name not in least or not isinstance(row.layer, Spatial):
        return False
    (field,) = before.receptive_fields
    shape, extents = plan.by_name[field.input].output_shape, least[before.node.name]
    if shape is None or len(shape) != row.layer.rank + 2 or len(extents) != row.layer.rank:
        return False
    sizes = [shape[axis] for axis in row.layer.axes]
    return all(
        isinstance(size, int) and step != (0, 1) and extent >= 2 * size - 1
        for size, extent, step in zip(sizes, extents, field.stride, strict=True)
    )
