"""Words of the pictures of a design."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

PICTURES: Final[dict[str, Text]] = {
    "drawn input": Text("Input", "입력"),
    "drawn unknown": Text("Not known", "알 수 없음"),
    "drawn stack": Text(
        "The outputs of {count} layers as blocks, drawn to scale in the order in which they are computed.",
        "레이어 {count}개의 출력을 계산하는 순서대로 비율에 맞추어 블록으로 그렸습니다.",
    ),
    "drawn graph": Text(
        "{count} layers as boxes with what each reads, inputs at the top.",
        "레이어 {count}개와 그 연결을 그렸습니다. 입력이 맨 위에 있습니다.",
    ),
    "drawn scale": Text(
        "Height and width are those of the picture, thickness is the channels: sides in proportion to square roots.",
        "블록의 높이와 깊이는 이미지의 높이와 너비, 두께는 채널이며 길이는 크기의 제곱근에 비례합니다.",
    ),
    "drawn nominal": Text("Open sizes ({symbols:list}) are drawn as {size}.", "열린 크기({symbols:list}): {size}(으)로 그렸습니다."),
    "drawn some": Text(
        "Drawn: {count} of {every} layers, {first} to {last}.", "레이어 {every}개 중 {count}개를 그렸습니다: {first}~{last}."
    ),
    "drawn goes on": Text("to {name}", "다음: {name}"),
    "drawn comes from": Text("from {name}", "이전: {name}"),
}
