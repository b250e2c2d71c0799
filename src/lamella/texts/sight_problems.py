"""What can be wrong with what is to be seen: weights, pictures and layers (LAM203 to LAM208, LAM230 to LAM234)."""

from __future__ import annotations

from lamella.texts.problem_text import ProblemText, entry

SIGHT_PROBLEMS: dict[str, ProblemText] = {
    "weights not finite": entry(
        "LAM203",
        "These weights hold numbers that are not finite (NaN or infinite): {names:list}.",
        "유한하지 않은 수(NaN이나 무한대)가 든 가중치: {names:list}.",
        "Train again with a smaller --learning-rate, or use other weights.",
        "--learning-rate 를 줄여 다시 학습하거나 다른 가중치를 쓰세요.",
    ),
    "no weights": entry(
        "LAM204",
        "This is a design without weights: what its layers see depends on them.",
        "가중치가 없는 설계입니다. 레이어가 무엇을 보는지는 가중치에 달려 있습니다.",
        "Use --weights random, --weights sobel or --weights FILE.safetensors, or give the folder of a trained run.",
        "--weights random, --weights sobel, --weights 파일.safetensors 가운데 하나를 쓰거나 학습한 실행 폴더를 주세요.",
    ),
    "output not finite": entry(
        "LAM205",
        "{count} numbers of its output are not finite: they overflow float32.",
        "출력의 수 {count}개가 유한하지 않습니다. float32의 범위를 넘었습니다.",
        "Use smaller weights, or a normalization before this layer.",
        "가중치를 줄이거나 이 레이어 앞에 정규화를 넣으세요.",
    ),
    "see input": entry(
        "LAM206",
        "Seeing needs a design of one input that is a picture: height, width and channels. Received {received}.",
        "들여다보려면 입력이 이미지 하나(높이, 너비, 채널)인 설계가 필요합니다. 받은 것: {received}.",
        "Write input: [28, 28, 1] in the design.",
        "설계에 이렇게 적어 주세요: input: [28, 28, 1].",
    ),
    "see many": entry(
        "LAM207",
        "The design has {count} layers to see; one report takes up to {limit}.",
        "들여다볼 레이어가 {count}개입니다. 보고서 하나에는 {limit}개까지 담습니다.",
        "Choose some: --layers {example}.",
        "골라 주세요: --layers {example}.",
    ),
    "see large": entry(
        "LAM208",
        "For this picture it gives {received} numbers; seeing takes up to {limit} from one layer.",
        "이 이미지에서 내는 수가 {received}개입니다. 레이어 하나에서 {limit}개까지 들여다봅니다.",
        "Give a smaller picture.",
        "더 작은 이미지를 주세요.",
    ),
    "claim without picture": entry(
        "LAM230",
        "The claim {name} is not measured on a picture; these are: {names}.",
        "{name} 주장은 이미지에서 재지 않습니다. 이미지에서 재는 주장: {names}.",
        "Leave out --image, or choose one of these.",
        "--image 를 빼거나 이 가운데 하나를 고르세요.",
    ),
    "claim picture small": entry(
        "LAM231",
        "The claim {name} needs at least {least} pixels along each side of the picture, its longer side being at most {longest}. "
        "Received {height}x{width} (height x width), taken as {made}.",
        "{name} 주장에는 긴 변을 {longest}픽셀 이하로 맞춘 뒤에도 각 변이 {least}픽셀 이상인 이미지가 필요합니다. 받은 이미지: {height}x{width}(높이x너비), "
        "맞춘 크기: {made}.",
        "Give a larger picture, or one that is less long and narrow.",
        "더 큰 이미지나 덜 길쭉한 이미지를 주세요.",
    ),
    "claim picture flat": entry(
        "LAM232",
        "All pixels that the claim {name} would show have the same grey, {level} of 255: nothing could be seen.",
        "{name} 주장에서 볼 픽셀이 모두 같은 밝기(255 중 {level})라서 보여 줄 것이 없습니다.",
        "Give a picture that shows something, such as a photograph.",
        "사진처럼 무언가가 담긴 이미지를 주세요.",
    ),
    "claim picture edgeless": entry(
        "LAM233",
        "Sobel's kernels find no edge in this picture: its map would be black.",
        "이 이미지에서는 Sobel 커널이 가장자리를 하나도 찾지 못해 결과가 모두 검게 나옵니다.",
        "Give a picture with edges, such as a photograph.",
        "사진처럼 가장자리가 있는 이미지를 주세요.",
    ),
    "claim picture even": entry(
        "LAM234",
        "This picture is equally steep everywhere, as a ramp of grey is: the map of Sobel's kernels has one value, and nothing "
        "can be compared with it.",
        "회색이 고르게 변하는 경사처럼 어디나 기울기가 같은 이미지입니다. Sobel 커널의 결과가 모두 같은 값이라 필터의 결과와 비교할 수 없습니다.",
        "Give a picture with edges, such as a photograph.",
        "사진처럼 가장자리가 있는 이미지를 주세요.",
    ),
}
