"""Words of what layers see: feature maps, filters, ranges."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

SIGHTS: Final[dict[str, Text]] = {
    "see title": Text("What {name} sees", "{name}: 무엇을 보는가"),
    "see picture": Text("The picture", "이미지"),
    "see picture as is": Text(
        "{file}, {shape}, as it reaches the network.", "네트워크에 들어가는 그대로의 {file}, {shape}."
    ),
    "see picture fitted": Text(
        "{file} as it reaches the network: {shape}, fitted from {width}x{height} {mode}.",
        "네트워크에 들어가는 {file}: {width}x{height} {mode} 이미지를 {shape}에 맞췄습니다.",
    ),
    "see weights run": Text(
        "The weights are those of the training run {file}.", "가중치는 학습 실행 {file}의 것입니다."
    ),
    "see weights file": Text("The weights are those of {file}.", "가중치는 {file}의 것입니다."),
    "see weights random": Text(
        "The weights are random, as Keras starts them (seed {seed}): nothing here has been learned.",
        "가중치는 Keras가 시작하는 대로의 무작위 값(시드 {seed})입니다. 아직 배운 것이 없습니다.",
    ),
    "see weights sobel": Text(
        "The first convolution has Sobel's kernels, in eight directions; all other weights are random (seed {seed}).",
        "첫 합성곱에는 여덟 방향의 Sobel 커널이 있고, 다른 가중치는 모두 무작위 값(시드 {seed})입니다.",
    ),
    "see ranges": Text("Every layer's output", "모든 레이어의 출력"),
    "see ranges caption": Text(
        "Range, zeros and dead channels of each output, for this picture",
        "이 이미지에 대한 출력마다의 범위, 0의 비율, 죽은 채널",
    ),
    "see least": Text("Least", "최소"),
    "see mean": Text("Mean", "평균"),
    "see most": Text("Most", "최대"),
    "see zeros": Text("Zeros", "0의 비율"),
    "see dead": Text("Dead", "죽음"),
    "see maps": Text(
        "{shown} of {count} maps, most energy first: {channels}. {scale}",
        "특징 맵 {count}개 가운데 {shown}개, 에너지가 큰 순서: {channels}. {scale}",
    ),
    "see vector": Text(
        "All {count} numbers in their order, in lines of {columns}. {scale}",
        "수 {count}개를 순서대로 한 줄에 {columns}개씩. {scale}",
    ),
    "see sequence": Text(
        "One line a step, one column a feature. {scale}", "한 줄이 한 단계, 한 칸이 특징 하나입니다. {scale}"
    ),
    "see scale signed": Text(
        "One scale for all: 0 is grey, {far} white, -{far} black.",
        "모두 같은 눈금: 0은 회색, {far} 흰색, -{far} 검은색.",
    ),
    "see scale positive": Text(
        "One scale for all: 0 is black, {far} white.", "모두 같은 눈금: 0은 검은색, {far} 흰색."
    ),
    "see all dead": Text(
        "Everything is 0 for this picture: nothing of it reaches the layers behind.",
        "이 이미지에서는 모두 0입니다. 뒤의 레이어에 아무것도 닿지 않습니다.",
    ),
    "see dead named": Text(
        "0 everywhere for this picture (orange where shown): {names}.",
        "이 이미지에서 모두 0인 것(그림에서는 주황색): {names}.",
    ),
    "see filters": Text(
        "Its {count} filters of {shape}, in their order: 0 is grey, {far} white, -{far} black.",
        "필터 {count}개({shape})를 순서대로: 0은 회색, {far} 흰색, -{far} 검은색.",
    ),
    "see filters some": Text(
        "The first {shown} of its {count} filters of {shape}: 0 is grey, {far} white, -{far} black.",
        "필터 {count}개({shape}) 가운데 처음 {shown}개: 0은 회색, {far} 흰색, -{far} 검은색.",
    ),
}
