"""Words of the doors and the reports."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Language, Text

WORDS: Final[dict[str, Text]] = {
    # The table of a plan
    "layer": Text("Layer", "레이어"),
    "output": Text("Output", "출력"),
    "params": Text("Parameters", "파라미터"),
    "macs": Text("MACs", "MACs"),
    "field": Text("Receptive field", "수용 영역"),
    "memory": Text("Memory", "메모리"),
    "shares": Text("shares {name}", "{name} 공유"),
    "whole": Text("whole", "전체"),
    "from to": Text("{least} to {most}", "{least}~{most}"),
    "unnamed": Text("design without a name", "이름 없는 설계"),
    "total": Text("Total", "합계"),
    "total params": Text(
        "{params} parameters ({trainable} trainable), {size}",
        "파라미터 {params}개(학습 대상 {trainable}개), {size}",
    ),
    "total macs": Text("{macs} MACs per image", "이미지당 {macs} MACs"),
    "inference": Text("Inference", "추론"),
    "training": Text("Training", "학습"),
    "inference memory": Text("{peak} for a batch of {batch}, {dtype}", "{peak} (배치 {batch}, {dtype})"),
    "training memory": Text(
        "{peak} for a batch of {batch}, {dtype}, {optimizer}: parameters {parameters}, gradients {gradients}, "
        "optimizer {optimizing}, kept for the backward pass {saved}, gradients alive {live}, batch {data}",
        "{peak} (배치 {batch}, {dtype}, {optimizer}): 파라미터 {parameters}, 기울기 {gradients}, "
        "옵티마이저 {optimizing}, 역전파용 보관 {saved}, 살아 있는 기울기 {live}, 배치 {data}",
    ),
    "convention": Text(
        "MACs are the multiply-adds of convolution, transposed convolution and dense layers (torchvision's "
        "convention); bias, activation, pooling and normalisation are not counted. Memory is TensorFlow's, "
        "layer by layer; of rows, for one image.",
        "MACs는 합성곱, 전치 합성곱, Dense 레이어의 곱셈-덧셈 수이며(torchvision 방식), 편향, 활성화, 풀링, "
        "정규화는 세지 않습니다. 메모리는 TensorFlow가 레이어별로 실행할 때의 값이고, 행의 값은 이미지 하나에 대한 것입니다.",
    ),
    "counted all": Text("Everything was counted.", "모두 세었습니다."),
    "not counted": Text(
        "Not counted: {names:list}. Totals are partial.", "세지 못한 것: {names:list}. 합계는 일부입니다."
    ),
    "field not counted": Text("Receptive field not known: {names:list}.", "수용 영역을 알 수 없음: {names:list}."),
    "not aligned": Text(
        "Branches meet with different strides or centres: {names:list}.",
        "스트라이드나 중심이 다른 갈래가 만남: {names:list}.",
    ),
    "findings": Text("{errors} errors, {warnings} warnings", "오류 {errors}개, 경고 {warnings}개"),
    "stopped": Text("Stopped.", "멈췄습니다."),
    "no command": Text(
        "There is no command '{name}'. There is {known:list}.", "'{name}' 명령은 없습니다. 있는 것: {known:list}."
    ),
    "no command near": Text(
        "There is no command '{name}'. Did you mean {near}?", "'{name}' 명령은 없습니다. 혹시 {near} 인가요?"
    ),
    "engine missing": Text("not installed", "설치되지 않음"),
    "error": Text("error", "오류"),
    "warning": Text("warning", "경고"),
}


def say(key: str, language: Language, /, **facts: object) -> str:
    """Words by key in a language, with their facts."""
    return WORDS[key].fill(language, **facts)
