"""Checks of transposed convolutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import Final

from lamella.checks.check import Check
from lamella.checks.facts import one_or_all
from lamella.errors import Problem
from lamella.layers.transposed_convolution import Transposed
from lamella.planning.plan import Plan
from lamella.texts.languages import Phrase, Text, phrase
from lamella.texts.problem_text import entry

_START: Final = "input: [8, 8, 4]\nlayers:\n"


def overlaps(kernel: int, stride: int, dilation: int = 1) -> tuple[int, ...]:
    """How many kernel weights reach an output in each phase of the stride, away from the borders.

    >>> overlaps(3, 2), overlaps(4, 2), overlaps(2, 3)
    ((2, 1), (2, 2), (1, 1, 0))
    """
    counts = [0] * stride
    for tap in range(kernel):
        counts[tap * dilation % stride] += 1
    return tuple(counts)


class Checkerboard(Check):
    """A transposed convolution writes unequally often into neighbouring outputs."""

    words = entry(
        "LAM301",
        "The kernel {kernel} is no multiple of the stride {stride}: neighbouring outputs are sums of {counts:list} products per channel, which shows as a checkerboard.",
        "커널 {kernel}, 스트라이드 {stride}: 커널이 스트라이드의 배수가 아니어서 이웃한 출력마다 채널당 곱의 수가 {counts:list}개로 다르고, 체커보드 무늬가 생깁니다.",
        "{fix}",
        "{fix}",
        "warning",
    )
    title = Text("Checkerboard from uneven overlap", "고르지 않은 겹침이 만드는 체커보드")
    why = Text(
        "A transposed convolution writes its kernel once for every input, a stride apart. Where the kernel is no "
        "multiple of the stride, some outputs are written more often than their neighbours. The network must learn "
        "to undo that, and mostly does not: a pattern of squares stays in the picture.",
        "전치 합성곱은 입력마다 커널을 스트라이드 간격으로 겹쳐 씁니다. 커널이 스트라이드의 배수가 아니면 어떤 "
        "출력에는 이웃보다 더 자주 쓰입니다. 네트워크가 이를 스스로 지우도록 배워야 하는데 대개 그러지 못해, "
        "이미지에 체커보드 무늬가 남습니다.",
    )
    source = "Odena, Dumoulin and Olah 2016, Deconvolution and Checkerboard Artifacts (Distill)"
    wrong = (
        _START + "  - Conv2DTranspose: {filters: 2, kernel_size: 3, strides: 2}\n",
        _START + "  - Conv2DTranspose: {filters: 2, kernel_size: [4, 5], strides: 2, padding: same}\n",
        "input: [8, 4]\nlayers:\n  - Conv1DTranspose: {filters: 2, kernel_size: 2, strides: 3}\n",
    )
    right = (
        _START + "  - Conv2DTranspose: {filters: 2, kernel_size: 4, strides: 2}\n",
        _START + "  - Conv2DTranspose: {filters: 2, kernel_size: 3}\n",
        _START + "  - UpSampling2D: {}\n  - Conv2D: {filters: 2, kernel_size: 3}\n",
    )

    def find(self, plan: Plan) -> Iterator[Problem]:
        for row in plan.rows:
            layer = row.layer
            if not isinstance(layer, Transposed):
                continue
            axes = list(zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True))
            counts = [overlaps(*axis) for axis in axes]
            if all(len({*each}) == 1 for each in counts):
                continue
            products = sorted({prod(each) for each in product(*counts)})
            near = [_multiples(kernel, stride) for kernel, stride, _ in axes]
            fix = phrase(
                "Take kernel_size {near}, or UpSampling{rank}D and a convolution.",
                "kernel_size: {near}, 또는 UpSampling{rank}D와 합성곱을 쓰세요.",
                near=_either(map(one_or_all, dict.fromkeys(zip(*near, strict=True)))),
                rank=layer.rank,
            )
            facts = {"kernel": one_or_all(layer.kernel_size), "stride": one_or_all(layer.strides)}
            yield self.at(row, "kernel_size", **facts, counts=products, fix=fix)


def _either(kernels: Iterable[int | tuple[int, ...]]) -> Phrase | str:
    """The kernels in words: one or the other."""
    first, *others = map(str, kernels)
    text: Phrase | str = first
    for each in others:
        text = phrase("{before} or {one}", "{before} 또는 {one}", before=text, one=each)
    return text


def _multiples(kernel: int, stride: int) -> tuple[int, int]:
    """The multiples of the stride around a kernel, the smaller one at least the stride."""
    below = max(kernel // stride, 1) * stride
    return below, -(-kernel // stride) * stride
