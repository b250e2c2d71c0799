"""Checks of weights and work that do nothing, or that stand in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final

from lamella.checks.check import Check
from lamella.checks.facts import readers
from lamella.design import Shape, node_of
from lamella.errors import Problem
from lamella.layers.core import Dense
from lamella.layers.normalization import BatchNormalization
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Text
from lamella.texts.problem_text import entry

_PICTURE: Final = "input: [28, 28, 1]\nlayers:\n"
_MANY: Final = 100_000


class BiasBeforeNormalization(Check):
    """A bias that batch normalization takes out again."""

    words = entry(
        "LAM341",
        "The bias ({count:,} numbers) is taken out again by '{behind}', which subtracts the mean.",
        "편향({count:,}개)은 평균을 빼는 '{behind}'에서 다시 사라집니다.",
        "Write use_bias: false.",
        "use_bias: false로 적으세요.",
        "warning",
    )
    title = Text("A bias before batch normalization", "배치 정규화 앞의 편향")
    why = Text(
        "Batch normalization subtracts the mean of every channel, and with it whatever was added to the channel "
        "before. Its own beta is the bias.",
        "배치 정규화는 채널마다 평균을 빼므로 앞에서 그 채널에 더한 값도 함께 사라집니다. 편향의 몫은 자신의 beta가 "
        "합니다.",
    )
    source = "Ioffe and Szegedy 2015, 3.2"
    wrong = (_PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3}\n  - BatchNormalization: {}\n",)
    right = (
        _PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3, use_bias: false}\n  - BatchNormalization: {}\n",
        _PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3, activation: relu}\n  - BatchNormalization: {}\n",
        _PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3}\n  - BatchNormalization: {center: false}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        read, outputs = readers(plan), {*plan.design.outputs.values()}
        shared = {row.node.shares for row in plan.rows}
        for row in plan.rows:
            layer, name = row.layer, row.node.name
            behind = [each for each, _ in read.get(name, ())]
            if len(behind) != 1 or name in outputs or name in shared or row.node.shares or row.weights is None:
                continue
            normal, biases = behind[0].layer, [each for each in row.weights if each.name == "bias"]
            settings = vars(layer)
            if not isinstance(normal, BatchNormalization) or not normal.center or not biases:
                continue
            # A frozen normalization subtracts what it kept, a shared one keeps one mean for several biases.
            if not normal.trainable or behind[0].node.shares or behind[0].node.name in shared:
                continue
            if row.output_shape is None or not settings.get("use_bias") or settings.get("activation") is not None:
                continue
            if normal.axis not in (-1, len(row.output_shape) - 1) or settings.get("data_format") == "channels_first":
                continue
            yield self.at(row, "use_bias", count=prod(biases[0].shape), behind=behind[0].node.name)

    def change(self, found: Problem) -> dict[str, object]:  # noqa: ARG002
        return {"use_bias": False}


class LargeDense(Check):
    """A Dense layer behind Flatten holds most of the network's parameters."""

    words = entry(
        "LAM342",
        "{params:,} of the network's {total:,} parameters ({share} %) are weights from {places:,} places x {channels:,} channels to {units:,} units; what is near what is lost.",
        "네트워크의 파라미터 {total:,}개 중 {params:,}개({share} %)가 위치 {places:,}곳 × 채널 {channels:,}개를 유닛 {units:,}개에 잇는 가중치이고, 무엇이 무엇 옆에 있었는지는 사라집니다.",
        "GlobalAveragePooling{rank}D instead of Flatten leaves {pooled:,}, a pooling of 2 before it {halved:,}.",
        "Flatten 대신 GlobalAveragePooling{rank}D를 쓰면 {pooled:,}개, 앞에 크기 2인 풀링을 두면 {halved:,}개가 남습니다.",
        "warning",
    )
    title = Text("A Dense layer that holds most of the parameters", "파라미터의 대부분을 차지하는 Dense")
    why = Text(
        "Flatten puts all places in a row and the Dense layer behind it has a weight of its own for every one. That "
        "is most of the network's memory, learns every place anew, and no longer knows which places are neighbours.",
        "Flatten은 모든 위치를 한 줄로 세우고, 뒤의 Dense는 위치마다 가중치를 따로 둡니다. 네트워크 메모리의 대부분이 "
        "여기에 들고, 위치마다 새로 배워야 하며, 어느 위치가 이웃인지도 더는 알 수 없습니다.",
    )
    source = "Lin, Chen and Yan 2013, Network in Network, 3.2"
    wrong = (
        _PICTURE
        + "  - Conv2D: {filters: 32, kernel_size: 3}\n  - Flatten: {}\n  - Dense: {units: 128}\n  - Dense: {units: 10}\n",
        _PICTURE
        + "  - Conv2D: {filters: 32, kernel_size: 3}\n  - Flatten: {}\n  - Dropout: {rate: 0.5}\n"
        + "  - Dense: {units: 128}\n  - Dense: {units: 10}\n",
    )
    right = (
        _PICTURE + "  - Conv2D: {filters: 4, kernel_size: 3}\n  - Flatten: {}\n  - Dense: {units: 10}\n",
        _PICTURE
        + "  - Conv2D: {filters: 32, kernel_size: 3}\n  - GlobalAveragePooling2D: {}\n  - Dense: {units: 10}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        for row in plan.rows:
            flat = _flattened(plan, row)
            if not isinstance(row.layer, Dense) or flat.node.type != "Flatten":
                continue
            shape, params = (plan.inputs_of(flat) or ((),))[0], row.params or 0
            if len(shape) < 3 or 2 * params <= plan.totals.params or params < _MANY:
                continue
            *sizes, channels = [size for size in shape if isinstance(size, int)]
            if len(sizes) != len(shape) - 2 or prod(sizes) == 1:
                continue
            yield self.at(row, None, **_alternatives(row, row.layer.units, sizes, channels, plan.totals.params))


def _flattened(plan: Plan, row: Row) -> Row:
    """What a layer reads, looked for through what changes no place: dropout, activations."""
    before: Row = row
    while before.node.inputs:
        before = plan.row(node_of(before.node.inputs[0], plan.by_name))
        if before.weights != () or plan.inputs_of(before) != (before.output_shape,):
            break
    return before


def _alternatives(row: Row, units: int, sizes: list[int], channels: int, total: int) -> dict[str, object]:
    params = row.params or 0
    bias = params - prod(sizes) * channels * units
    return {
        "params": params,
        "total": total,
        "share": f"{1000 * params // total / 10:.1f}",  # rounded down: what is not all is not called 100
        "places": prod(sizes),
        "channels": channels,
        "units": units,
        "rank": len(sizes),
        "pooled": channels * units + bias,
        "halved": prod(size // 2 for size in sizes) * channels * units + bias,
    }


def repeated_axes(type_name: str, inputs: Sequence[Shape]) -> list[int]:
    """The axes along which an Add, Subtract or Average repeats one of its inputs."""
    if type_name not in ("Add", "Subtract", "Average") or len({*map(len, inputs)}) != 1:
        return []
    return [
        axis
        for axis, sizes in enumerate(zip(*inputs, strict=True))
        if 1 in sizes and any(isinstance(size, int) and size > 1 for size in sizes)
    ]


class Broadcast(Check):
    """An Add that repeats one of its inputs, which is seldom meant."""

    words = entry(
        "LAM343",
        "{shapes:list} are added by repeating the smaller one along {axes:list}.",
        "{shapes:list}: 작은 쪽을 되풀이해 더합니다. 되풀이하는 축: {axes:list}.",
        "If that is meant, nothing is to be done; else give both the same shape, for example by a convolution of kernel 1.",
        "뜻한 것이면 그대로 두고, 아니면 크기 1인 합성곱 따위로 모양을 같게 하세요.",
        "warning",
    )
    title = Text("An Add that repeats one of its inputs", "한쪽을 되풀이하는 Add")
    why = Text(
        "Where one of two shapes has a 1, Add repeats it instead of refusing. A skip connection of one channel onto "
        "many, or of a pooled vector onto a picture, then runs and adds the same number everywhere.",
        "두 모양 중 한쪽의 크기가 1이면 Add는 거절하지 않고 되풀이합니다. 채널 하나인 스킵 연결을 여러 채널에, 풀링한 "
        "벡터를 이미지에 더하면 실행은 되지만 어디에나 같은 수가 더해집니다.",
    )
    source = "NumPy's broadcasting rules, as keras/src/layers/merging/base_merge.py follows them"
    wrong = (
        _PICTURE
        + "  - Conv2D: {name: many, filters: 8, kernel_size: 3, padding: same}\n  - Add: {from: [many, input]}\n",
    )
    right = (
        _PICTURE
        + "  - Conv2D: {name: one, filters: 1, kernel_size: 3, padding: same}\n  - Add: {from: [one, input]}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        for row in plan.rows:
            inputs = plan.inputs_of(row)
            if inputs is not None and (axes := repeated_axes(row.node.type, inputs)):
                shapes = ["x".join(str(size) for size in shape[1:]) for shape in inputs]
                yield self.at(row, None, shapes=shapes, axes=[*map(str, axes)])
