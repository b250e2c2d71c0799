"""In which numbers a training computes: float32, or bfloat16 where that is faster and the loss stays the same."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lamella.building.engines import load_keras
from lamella.planning.plan import Plan
from lamella.texts.languages import LANGUAGES, Phrase, phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GAINS_FROM: Final[Mapping[str, int | None]] = {"tensorflow": 5_000_000, "torch": 5_000_000, "jax": None}
"""Multiply-adds of an image from which on a network clearly gains on an engine, None where none does.

Source: benchmarks/precision.py; see docs/performance.md.
"""
_BESIDE_WEIGHTS: Final = ("dropout", "recurrent_dropout", "activity_regularizer")
"""Arguments by which a layer with weights does more than compute with them."""
AGREES: Final = 0.01
"""By so much of itself the loss of the first batch may differ."""


class Precision(NamedTuple):
    """What a training computes in, and why not in bfloat16 where that was asked for."""

    used: str
    reason: Phrase | None = None

    def as_json(self) -> dict[str, object]:
        """As a run keeps it, the reason in every language."""
        told = (
            None
            if self.reason is None
            else {each: self.reason.words.fill(each, **self.reason.facts) for each in LANGUAGES}
        )
        return {"used": self.used, "reason": told}


def precision_for(asked: str, plan: Plan, engine: str) -> Precision:
    """What may be used, before the first loss is known; "bf16" leaves the network's size out of account."""
    gains_from = GAINS_FROM[engine]
    if asked == "float32":
        return Precision("float32")
    if not has_bfloat16():
        reason = phrase("this processor does not compute in bfloat16", "이 프로세서는 bfloat16으로 계산하지 못합니다")
        return Precision("float32", reason)
    if any(row.weights and len(row.node.reads) > 1 for row in plan.rows):
        reason = phrase("a layer with weights reads several tensors", "가중치가 있는 레이어가 여러 텐서를 읽습니다")
        return Precision("float32", reason)
    if any(row.node.arguments.get(name) for row in plan.rows if row.weights for name in _BESIDE_WEIGHTS):
        reason = phrase(
            "a layer with weights has dropout of its own or adds to the loss",
            "가중치가 있는 레이어에 자체 드롭아웃이 있거나 손실에 더하는 항이 있습니다",
        )
        return Precision("float32", reason)
    if asked == "auto" and gains_from is None:
        reason = phrase(
            "on the {engine} backend a processor is slower in bfloat16",
            "{engine} 백엔드에서는 프로세서가 bfloat16을 더 느리게 계산합니다",
            engine=engine,
        )
        return Precision("float32", reason)
    if any(row.node.arguments.get(name) for row in plan.rows if row.weights for name in _BESIDE_WEIGHTS):
        reason = phrase(
            "a layer with weights has dropout of its own or adds to the loss",
            "가중치가 있는 레이어에 자체 드롭아웃이 있거나 손실에 더하는 항이 있습니다",
        )
        return Precision("float32", reason)
    if asked == "auto" and gains_from is not None and plan.totals.macs < gains_from:
        reason = phrase(
            "with {macs} MACs an image it would not be faster",
            "이미지당 {macs} MACs로는 더 빨라지지 않습니다",
            macs=plan.totals.macs,
        )
        return Precision("float32", reason)
    return Precision("bf16")


def agrees(model: Any, other: Any, images: NDArray[np.float32]) -> Phrase | None:
    """Nothing where the two models' losses of some images agree; else what keeps `other` from being used."""
    loss = load_keras().losses.BinaryCrossentropy()
    one, two = (float(loss(images, each(images, training=False))) for each in (model, other))
    if abs(one - two) <= AGREES * abs(one):
        return None
    return phrase(
        "the loss of the first batch is {two} in bfloat16 and {one} in float32",
        "첫 배치의 손실이 bfloat16으로 {two}, float32로 {one}입니다",
        one=f"{one:g}",
        two=f"{two:g}",
    )


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 matrices itself."""
    try:
        if platform.system() == "Linux":
            flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
            return any(flag in flags for flag in ("avx512_bf16", "amx_bf16", " bf16"))
        if platform.system() == "Darwin":
            command = ["sysctl", "-n", "hw.optional.arm.FEAT_BF16"]
            return subprocess.run(command, capture_output=True, text=True, check=False, timeout=5).stdout.strip() == "1"
    except (OSError, subprocess.SubprocessError):
        pass
    return False
