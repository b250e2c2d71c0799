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
    "drawn vector": Text("A vector stands upright.", "벡터는 세워서 그렸습니다."),
    "drawn volume": Text("Of a volume up to three slices are drawn.", "볼륨은 세 조각까지 그렸습니다."),
    "drawn nominal": Text(
        "Open sizes ({symbols:list}) are drawn as {size}.", "열린 크기({symbols:list}): 그린 크기 {size}."
    ),
    "drawn some": Text(
        "Drawn: {count} of {every} layers, {first} to {last}.",
        "레이어 {every}개 중 {count}개를 그렸습니다: {first}~{last}.",
    ),
    "window input": Text("Input", "입력"),
    "window output": Text("Output", "출력"),
    "window reads": Text(
        "Blue: what the output in orange is made of, at this step; pale: outputs made before.",
        "파랑: 지금 만드는 출력(주황)이 보는 입력. 옅은 색: 이미 만든 출력.",
    ),
    "window writes": Text(
        "Blue: the input that is written at this step; orange: the window of the output where it is added; pale: where others were. The number in a "
        "place: how many inputs are summed there in all.",
        "파랑: 지금 쓰는 입력. 주황: 그 입력을 더하는 출력의 창. 옅은 색: 이미 쓴 곳. 칸 안의 수: 그 자리에 더해지는 입력의 전체 개수.",
    ),
    "window cropped input": Text(
        "Shown along the {axis}: the first {places} of {of} inputs and {windows} of {every} outputs.",
        "그린 부분({axis}): 입력 {of}개 중 처음 {places}개, 출력 {every}개 중 {windows}개.",
    ),
    "window cropped output": Text(
        "Shown along the {axis}: the first {places} of {of} outputs and {windows} of {every} inputs.",
        "그린 부분({axis}): 출력 {of}개 중 처음 {places}개, 입력 {every}개 중 {windows}개.",
    ),
    "cone title": Text(
        "What {name} ({type}) sees from place {place:list}", "{name} ({type})의 {place:list} 자리가 보는 곳"
    ),
    "cone place": Text("place", "자리"),
    "cone range": Text("{places} ({count} of {size})", "{places} ({size} 중 {count})"),
    "cone means": Text(
        "Each bar is a tensor from end to end, its cells are its places, numbered from 0; filled is what the orange place "
        "depends on.",
        "막대 하나가 텐서의 처음부터 끝까지이고 칸은 0부터 세는 자리입니다. 색칠한 곳이 주황색 자리에 영향을 줍니다.",
    ),
    "drawn goes on": Text("to {name}", "다음: {name}"),
    "drawn comes from": Text("from {name}", "이전: {name}"),
}
