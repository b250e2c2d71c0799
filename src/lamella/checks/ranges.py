"""Checks of the numbers that come out: whether they can be those that the training compares them with."""

from __future__ import annotations

from collections.abc import Iterator

from lamella.checks.check import Check
from lamella.checks.facts import is_scaled, restored
from lamella.errors import Problem
from lamella.planning.output_range import outside
from lamella.planning.plan import Plan
from lamella.texts.languages import Text, phrase
from lamella.texts.problem_text import entry

_ENCODER = "input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}\n"


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
    )
    right = (
        _ENCODER
        + "  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n",
        _ENCODER + "  - Flatten: {}\n  - Dense: {units: 10}\n",
        "input: [28, 28, 1]\nlayers:\n  - UpSampling2D: {}\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        pair = restored(plan)
        if pair is None or is_scaled(*pair):
            return
        for row in outside(plan):
            activation = vars(row.layer).get("activation") or phrase("linear", "선형")
            fix = (
                phrase("Take sigmoid, or (tanh + 1) / 2.", "sigmoid 또는 (tanh + 1) / 2를 쓰세요.")
                if activation == "tanh"
                else phrase("Take sigmoid.", "sigmoid를 쓰세요.")
            )
            yield self.at(row, "activation", activation=activation, fix=fix)
