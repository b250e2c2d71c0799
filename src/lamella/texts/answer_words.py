"""Words of what is asked of a design: diff, explain, sizes, mirror, solve."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

ANSWERS: Final[dict[str, Text]] = {
    "diff layers": Text("Layers: {counts}.", "레이어: {counts}."),
    "counted same": Text("{count} the same", "그대로 {count}개"),
    "counted changed": Text("{count} changed (~)", "바뀜(~) {count}개"),
    "counted follow": Text("{count} with other figures only", "수치만 다름 {count}개"),
    "counted added": Text("{count} added (+)", "추가(+) {count}개"),
    "counted removed": Text("{count} removed (-)", "삭제(-) {count}개"),
    "diff more": Text("{count} more (--all)", "{count}개 더(--all)"),
    "diff moved": Text("moved", "옮김"),
    "diff renamed": Text("Renamed: {names:list}", "이름만 바뀜: {names:list}"),
    "diff none": Text("The designs are the same.", "두 설계는 같습니다."),
    "lay input outside": Text(
        "{axis}: {size} → {outputs}, padding {before} before and {after} after",
        "{axis}: {size} → {outputs}, 패딩 앞 {before}, 뒤 {after}",
    ),
    "lay input inside": Text("{axis}: {size} → {outputs}, no padding", "{axis}: {size} → {outputs}, 패딩 없음"),
    "lay input counts": Text("used", "쓰임"),
    "geometry unseen": Text(
        "{count} used by no output: {places:list}", "어느 출력도 쓰지 않는 곳 {count}: {places:list}"
    ),
    "geometry lost": Text(
        "Of the {every} places of the input {count} are used by no output ({share} %).",
        "입력의 {every}곳 가운데 {count}곳({share} %)은 어느 출력도 쓰지 않습니다.",
    ),
    "geometry title": Text("{name} ({type}): {before} → {after}", "{name} ({type}): {before} → {after}"),
    "lay output outside": Text(
        "{axis}: {size} → {outputs}, {before} cut off before and {after} after",
        "{axis}: {size} → {outputs}, 잘라 내는 곳 앞 {before}, 뒤 {after}",
    ),
    "lay output inside": Text(
        "{axis}: {size} → {outputs}, each input writes a window of the output",
        "{axis}: {size} → {outputs}, 입력마다 출력에 창 하나를 씁니다",
    ),
    "lay output counts": Text("summed", "더함"),
    "written empty": Text(
        "{count} outputs that no input is written to: {places:list}",
        "어느 입력도 쓰이지 않는 출력 {count}: {places:list}",
    ),
    "written used": Text("Each input is used by {most} outputs.", "입력마다 쓰는 출력의 수: {most}."),
    "written used between": Text(
        "Each input is used by {least} to {most} outputs.", "입력마다 쓰는 출력의 수: {least}~{most}."
    ),
    "legend input places": Text("In each place: how many outputs use it.", "칸 안의 수: 그 자리를 쓰는 출력의 수."),
    "legend input padding": Text("Dashed: padding around the input.", "점선 칸: 입력 둘레의 패딩."),
    "legend input unseen": Text("Crossed: no output uses it.", "× 표: 어느 출력도 쓰지 않습니다."),
    "legend input window": Text(
        "Frames: what the first output, the one beside it (dashed) and the last one see.",
        "테두리: 첫 출력, 그 옆 출력(점선), 마지막 출력이 보는 곳.",
    ),
    "legend input slice": Text(
        "Height and width; along the depth it is as the text says.", "높이와 너비. 깊이는 글을 보세요."
    ),
    "legend output slice": Text(
        "Height and width; along the depth it is as the text says.", "높이와 너비. 깊이는 글을 보세요."
    ),
    "legend output places": Text(
        "In each place of the output: how many inputs are summed there.",
        "칸은 출력, 칸 안의 수: 그 자리에서 더하는 입력의 수.",
    ),
    "legend output padding": Text("Dashed: cut off from the result.", "점선 칸: 결과에서 잘라 냅니다."),
    "legend output unseen": Text("Crossed: no input is written there.", "× 표: 어느 입력도 쓰이지 않습니다."),
    "legend output window": Text(
        "Frames: what the first input, the one beside it (dashed) and the last one write.",
        "테두리: 첫 입력, 그 옆 입력(점선), 마지막 입력이 쓰는 곳.",
    ),
    "mirror cost": Text(
        "Note: '{name}' (Dense) holds {params} of {total} parameters: it makes {outputs} numbers of {inputs}.",
        "참고: '{name}'(Dense)에 전체 파라미터 {total}개 가운데 {params}개가 있습니다. 수 {inputs}개로 {outputs}개를 만들기 때문입니다.",
    ),
    "mirror pooled": Text(
        "With {kind} in place of Flatten it is {params} in all.",
        "Flatten 자리에 {kind} 레이어를 쓰면 모두 {params}개가 됩니다.",
    ),
    "mirror ended": Text(
        "With '{name}' as the encoder's output it is {params} in all.",
        "인코더를 '{name}' 레이어에서 끝내면 모두 {params}개가 됩니다.",
    ),
    "sizes every": Text("Every layer takes", "모든 레이어가 받는 크기"),
    "sizes returning": Text("The output has the input's size for", "출력이 입력과 같은 크기가 되는 경우"),
    "sizes kept": Text(
        "'{name}' ({type}) has weights for the sizes that the design names. With the same weights it takes, one axis at a time",
        "'{name}'({type})의 가중치는 설계에 적힌 크기에 맞춘 것입니다. 같은 가중치로 받는 크기(축 하나씩 바꿀 때)",
    ),
    "sizes pooled": Text(
        "With {kind} in place of Flatten, and other weights behind it, it takes",
        "Flatten 자리에 {kind} 레이어를 쓰면(그 뒤의 가중치는 달라집니다) 받는 크기",
    ),
    "sizes never": Text(
        "lamella check says what to change so that the size comes back.",
        "무엇을 바꾸면 크기가 되돌아오는지는 lamella check가 알려 줍니다.",
    ),
    "sizes relations": Text("Together: {relations:list}", "함께 맞아야 하는 것: {relations:list}"),
    "sizes no pictures": Text(
        "The design's inputs have no sizes to choose: no axis besides the channels.",
        "이 설계의 입력에는 고를 크기가 없습니다. 채널 말고는 축이 없습니다.",
    ),
    "image relation": Text(
        "{image} does not fit: {relations:list} must hold.", "{image}: 맞지 않습니다. 맞아야 하는 것: {relations:list}"
    ),
    "image fits": Text("{image} fits as it is.", "{image}: 그대로 맞습니다."),
    "image pad": Text("{image}: pad to {sizes} (by {by})", "{image}: 덧대기 {sizes} (더할 칸: {by})"),
    "image crop": Text("{image}: crop to {sizes} (by {by})", "{image}: 자르기 {sizes} (뺄 칸: {by})"),
    "image none": Text("Nothing near {image} fits.", "{image} 가까이에는 맞는 크기가 없습니다."),
    "solve output": Text("Output", "출력"),
    "solve flaws": Text("Flaws", "흠"),
    "solve flaws note": Text(
        "Flaws are even kernels, places that no window sees, uneven overlaps, outputs that nothing is written to and "
        "inputs of Add that are repeated.",
        "흠: 짝수 커널, 어느 창에도 들어가지 않는 칸, 고르지 않은 겹침, 아무것도 쓰이지 않는 출력, 되풀이해 더하는 Add.",
    ),
    "solve all of them": Text("Solutions: {count}. There are no others.", "해 {count}개. 다른 해는 없습니다."),
    "solve best": Text(
        "The {count} best: few flaws first, then few parameters. --all lists every one.",
        "가장 좋은 해 {count}개(흠이 적은 것, 다음으로 파라미터가 적은 것부터). 모두 보려면 --all.",
    ),
    "solve stopped": Text(
        "Solutions found before the search gave up: {count}. Better ones may be left; narrow the ranges.",
        "탐색을 멈추기 전까지 찾은 해 {count}개. 더 좋은 해가 남았을 수 있으니 범위를 좁혀 보세요.",
    ),
    "solve gave up": Text(
        "The search gave up without a solution; there may be one all the same. Narrow the ranges, as in any 8|16|32.",
        "해를 찾지 못하고 탐색을 멈췄습니다. 해가 없다는 뜻은 아니니 any 8|16|32처럼 범위를 좁혀 보세요.",
    ),
    "solve none": Text(
        "No values meet every target. One of these would have to change, while all others hold:",
        "모든 목표를 만족하는 값이 없습니다. 다음 가운데 하나를 바꾸면 나머지는 모두 만족합니다:",
    ),
    "solve none together": Text(
        "No values meet the targets, and giving up a single one does not help. By itself each can reach:",
        "목표를 만족하는 값이 없고, 목표 하나를 포기해도 마찬가지입니다. 다른 목표가 없다면 각각 다음까지 됩니다:",
    ),
    "solve never fits": Text(
        "The layers fit together for no values in these ranges. With the first of each:",
        "이 범위에서는 어떤 값으로도 레이어가 맞지 않습니다. 각각 첫 값이면:",
    ),
    "solve nearest": Text(
        "{what}: {reached} is the nearest (asked: {expected}).", "{what}: 가장 가까운 값은 {reached}(목표 {expected})."
    ),
    "solve without": Text(
        "{what}: without it all others can be met (asked: {expected}).",
        "{what}: 이것이 없으면 나머지는 모두 됩니다(목표 {expected}).",
    ),
    "solve met": Text("{what}: {reached}, as asked.", "{what}: 목표대로 {reached}."),
    "solve near": Text(
        "{what}: {reached} was found (asked: {expected}).", "{what}: 찾은 값은 {reached}(목표 {expected})."
    ),
}
