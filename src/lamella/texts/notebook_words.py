"""Words of what notebooks show."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

NOTEBOOKS: Final[dict[str, Text]] = {
    "notebook more": Text("{count} more layers are not shown.", "레이어 {count}개를 더 보여 주지 않았습니다."),
    "finding code": Text("Code", "코드"),
    "finding severity": Text("Severity", "심각도"),
    "finding message": Text("Message", "내용"),
    "finding fix": Text("Fix", "고치는 방법"),
    "findings none": Text("No findings.", "문제를 찾지 못했습니다."),
    "epochs done": Text(
        "Epochs: {epochs} in {seconds}; the best is epoch {best}, validation loss {val_loss}",
        "에포크 {epochs}개({seconds}), 최고 에포크 {best}, 검증 손실 {val_loss}",
    ),
}
