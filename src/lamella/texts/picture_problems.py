"""What keeps a picture of a design from being drawn."""

from __future__ import annotations

from typing import Final

from lamella.texts.problem_text import ProblemText, entry

PICTURE_PROBLEMS: Final[dict[str, ProblemText]] = {
    "nothing drawn": entry(
        "LAM260",
        "The design has no layers: there is nothing to draw.",
        "설계에 레이어가 없어 그릴 것이 없습니다.",
        "lamella plan FILE says what is wrong with it.",
        "lamella plan FILE을 실행하면 무엇이 잘못되었는지 알려 줍니다.",
    ),
    "too many drawn": entry(
        "LAM261",
        "A picture has at most {most} layers. Received {count}.",
        "그림 하나에 레이어는 {most}개까지입니다. 받은 수: {count}.",
        "Choose some: --first {first} --last {last}.",
        "일부를 골라 주세요: --first {first} --last {last}.",
    ),
    "field unknown": entry(
        "LAM262",
        "What a place sees is drawn where sizes are numbers; the output here is {shape}.",
        "한 자리가 보는 곳은 크기가 수로 정해져야 그릴 수 있습니다. 이 레이어의 출력: {shape}.",
        "Mend the errors that lamella plan names, and give open sizes numbers with --input.",
        "lamella plan이 알려 주는 오류를 고치고, 열린 크기는 --input으로 정해 주세요.",
    ),
}
