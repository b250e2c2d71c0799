"""Checks of long chains of layers with weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lamella.checks.check import Check
from lamella.design import node_of
from lamella.errors import Problem
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Text
from lamella.texts.problem_text import entry

_DEEPEST: Final = 12
"""Layers with weights in a row; from about here very deep networks were pretrained part by part."""

_HELPS: Final = ("Normalization", "LayerScale")
_LAYER: Final = "  - Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}\n"


def _activation(row: Row) -> object:
    return None if row.layer is None else vars(row.layer).get("activation")


class Depth(Check):
    """Many layers with weights one behind the other, without a normalization or a skip between them."""

    words = entry(
        "LAM351",
        "{count} layers with weights stand in a row, from '{first}' to '{last}', without a normalization or a skip connection.",
        "정규화나 스킵 연결 없이 가중치가 있는 레이어 {count}개가 '{first}'에서 '{last}'까지 이어집니다.",
        "Put {normal} behind each of them, or add the input of every few layers to their output.",
        "레이어마다 뒤에 {normal}을 두거나, 몇 레이어마다 그 입력을 출력에 더하세요.",
        "warning",
    )
    title = Text("Depth without normalization or skips", "정규화와 스킵 없이 깊은 네트워크")
    why = Text(
        "Through many layers the gradient is multiplied by each of their weights: it grows or dies out, and the first "
        "layers hardly learn. Normalization keeps the numbers of every layer alike; a skip connection hands the "
        "gradient past the layers.",
        "기울기는 지나는 레이어마다 가중치와 곱해져 커지거나 사라지고, 앞쪽 레이어는 거의 배우지 못합니다. 정규화는 "
        "레이어마다 수의 크기를 고르게 하고, 스킵 연결은 기울기를 레이어 너머로 전합니다.",
    )
    source = (
        "Ioffe and Szegedy 2015; He et al. 2015; Simonyan and Zisserman 2014, 3.1, who pretrained VGG's first layers"
    )
    wrong = ("input: [28, 28, 1]\nlayers:\n" + _LAYER * (_DEEPEST + 1),)
    right = (
        "input: [28, 28, 1]\nlayers:\n" + _LAYER * 5,
        "input: [28, 28, 1]\nlayers:\n" + (_LAYER * 6 + "  - BatchNormalization: {}\n") * 3,
        "input: [64]\nlayers:\n" + "  - Dense: {units: 64, activation: selu}\n" * 20,
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        chains: dict[str, tuple[str, ...]] = {}
        longest: tuple[str, ...] = ()
        for row in plan.rows:
            own = row.node
            before = chains.get(node_of(own.inputs[0], chains), ()) if len(own.inputs) == 1 else ()
            # selu keeps the numbers of every layer alike by itself (Klambauer et al. 2017).
            if own.type.endswith(_HELPS) or _activation(row) == "selu":
                before = ()
            elif any(len(weight.shape) > 1 for weight in row.weights or ()):
                before = (*before, own.name)
            chains[own.name] = before
            longest = max(longest, before, key=len)
        if len(longest) > _DEEPEST:
            facts = {"count": len(longest), "first": longest[0], "last": longest[-1]}
            dense = all(plan.row(name).node.type == "Dense" for name in longest)
            normal = "LayerNormalization" if dense else "BatchNormalization"
            yield self.at(plan.row(longest[-1]), None, **facts, normal=normal)
