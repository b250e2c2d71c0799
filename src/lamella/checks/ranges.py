"""Checks of the numbers that come out: whether they can be those that the training compares them with."""

from __future__ import annotations

from collections.abc import Iterator

from lamella.checks.check import Check
from lamella.checks.facts import is_scaled, restored
from lamella.design import node_of
from lamella.errors import Problem
from lamella.planning.output_range import outside
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Text, phrase
from lamella.texts.problem_text import entry

_ENCODER = "input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}\n"


def _deciding(plan: Plan, row: Row) -> Row:
    """The layer whose numbers an output has: what only arranges those of its one input decides nothing."""
    while row.layer is not None and row.layer.output_range() == "inputs" and len(row.node.inputs) == 1:
        row = plan.row(node_of(row.node.inputs[0], plan.by_name))
    return row


class LastActivation(Check):
    """A network that restores pictures gives numbers that are no picture's."""

    words = entry(
        "LAM321",
        "The output (activation {activation}) can leave the range 0 to 1 of pictures and of binary cross-entropy.",
        "출력(활성화 {activation})이 이미지와 이진 교차 엔트로피의 범위 0~1을 벗어날 수 있습니다.",
        "{fix}",
        "{fix}",
        "warning",
    )
    title = Text("A last activation that can't make the target's range", "목표 범위를 낼 수 없는 마지막 활성화")
    why = Text(
        "Pictures are numbers from 0 to 1. ReLU and linear outputs go above 1, tanh below 0; binary cross-entropy "
        "takes the logarithm of the output and of 1 less it, and fails or stops learning outside.",
        "이미지는 0에서 1 사이의 수입니다. ReLU와 선형 출력은 1을 넘고 tanh는 0보다 작아질 수 있습니다. 이진 교차 "
        "엔트로피는 출력과 1 − 출력의 로그를 쓰므로, 범위를 벗어나면 학습이 실패하거나 멈춥니다.",
    )
    source = "Goodfellow, Bengio and Courville 2016, 6.2.2"
    wrong = (
        _ENCODER + "  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: relu}\n",
        _ENCODER + "  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: tanh}\n",
        "input: [28, 28, 1]\nlayers:\n  - Flatten\n  - Dense: {units: 9}\n  - Dense: {units: 784}\n"
        "  - Reshape: {target_shape: [28, 28, 1]}\n",
    )
    right = (
        _ENCODER
        + "  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n",
        _ENCODER + "  - Flatten: {}\n  - Dense: {units: 10}\n",
        "input: [28, 1]\nlayers:\n  - Conv1D: {filters: 1, kernel_size: 3, strides: 2, padding: same}\n"
        "  - Conv1DTranspose: {filters: 1, kernel_size: 4, strides: 2, padding: same}\n",
        _ENCODER
        + "  - Conv2DTranspose: {name: up, filters: 1, kernel_size: 4, strides: 2, padding: same}\n"
        + "  - Add: {from: [up, input]}\n",
        "input: [28, 28, 1]\nlayers:\n  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        pair = restored(plan)
        if pair is None or is_scaled(*pair):
            return
        shape = pair[0].output_shape or ()
        for last in outside(plan):
            row = _deciding(plan, last)
            if row.layer is None or len(shape) < 4 or pair[0].node.name in row.node.inputs:
                continue  # no picture; or what is added to one, as in residual learning (Zhang et al. 2017)
            activation = vars(row.layer).get("activation") or phrase("linear", "선형")
            fix = (
                phrase("Take sigmoid, or (tanh + 1) / 2.", "sigmoid 또는 (tanh + 1) / 2를 쓰세요.")
                if activation == "tanh"
                else phrase("Take sigmoid.", "sigmoid를 쓰세요.")
            )
            if "activation" not in vars(row.layer):
                fix = phrase("Put an Activation with sigmoid behind it.", "뒤에 sigmoid를 쓰는 Activation을 두세요.")
            yield self.at(row, "activation", activation=activation, fix=fix)
