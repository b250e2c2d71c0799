"""Words of what was measured: the tables, what they mean, and what would help."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

BENCH: Final[dict[str, Text]] = {
    "bench title": Text(
        "{name}: {shape} images in batches of {batch}, float32",
        "{name}: {shape} 이미지, 배치 {batch}, float32",
    ),
    "bench machine": Text(
        "{processor}, processors: {processors}. At most {flops} GFLOPS and {bytes} GB/s; {layer} µs for any layer.",
        "{processor}, 프로세서 {processors}개. 최대 {flops} GFLOPS, {bytes} GB/s, 레이어 하나에 적어도 {layer} µs.",
    ),
    "bench mode training": Text(
        "Training ({engine}): {rate} images/s, {step} ms a step; the first step after {first}",
        "학습({engine}): 초당 이미지 {rate}장, 스텝당 {step} ms, 첫 스텝까지 {first}",
    ),
    "bench mode restoring": Text(
        "Restoring ({engine}): {rate} images/s, {step} ms a batch; the first batch after {first}",
        "복원({engine}): 초당 이미지 {rate}장, 배치당 {step} ms, 첫 배치까지 {first}",
    ),
    "bench measured": Text("Measured", "잰 시간"),
    "bench least": Text("Least", "최소"),
    "bench ratio": Text("Ratio", "비율"),
    "bench share": Text("Share", "몫"),
    "bench bound": Text("Bound by", "한계"),
    "bound computing": Text("computing", "계산"),
    "bound moving": Text("memory", "메모리"),
    "bound overhead": Text("overhead", "고정 비용"),
    "bench of": Text("of {names:list}", "원래: {names:list}"),
    "bench layers": Text("All layers", "레이어 합계"),
    "bench beyond training": Text("Loss, optimizer, waiting", "손실, 옵티마이저, 대기"),
    "bench beyond restoring": Text("Reordering numbers, waiting", "수 재배열, 대기"),
    "bench whole training": Text("The whole step", "스텝 전체"),
    "bench whole restoring": Text("The whole batch", "배치 전체"),
    "bench note": Text(
        "Milliseconds for a batch; while training, forward and back. On TensorFlow each layer was measured by "
        "itself, on ONNX Runtime within the whole: 0 is a layer that is computed in another. Least is what the machine's "
        "limits allow with all numbers in main memory, so a ratio below 1 means that they stayed in its caches.",
        "배치 하나에 걸린 밀리초이고, 학습은 순전파와 역전파의 합입니다. TensorFlow에서는 레이어를 하나씩 따로, ONNX Runtime에서는 전체를 실행하며 쟀습니다. 0은 다른 레이어와 함께 계산된 레이어입니다. 최소는 모든 수가 주 메모리에 있을 때 "
        "컴퓨터의 한계가 허락하는 시간입니다. 비율이 1보다 작으면 수가 캐시에 머문 것입니다.",
    ),
    "bench slowest": Text("Held back by '{layer}' ({share} %):", "발목을 잡는 레이어: '{layer}'({share} %)."),
    "advice none": Text(
        "why it is far from its least time is not known.", "최소 시간과 차이가 나는 까닭은 알 수 없습니다."
    ),
    "advice overhead": Text(
        "its numbers need {numbers} µs of the {overhead} µs that any layer costs. A batch larger than {batch} helps.",
        "레이어 하나의 고정 비용이 {overhead} µs인데 수를 다루는 데는 {numbers} µs면 됩니다. 배치를 {batch}보다 키우면 빨라집니다.",
    ),
    "advice moving": Text(
        "it moves {moved} for a batch of {batch}. Half the height and width, by pooling or strides before it, leaves a "
        "quarter, half the channels a half; a larger batch does not help.",
        "배치 {batch}에 {moved} 크기의 수를 옮깁니다. 앞에서 풀링이나 스트라이드로 높이와 너비를 반으로 줄이면 4분의 1이 되고, 채널을 반으로 "
        "줄이면 반이 됩니다. 배치를 키워도 빨라지지 않습니다.",
    ),
    "advice computing": Text(
        "it computes {macs} MACs for an image. {half} outputs in place of {outputs}, or half the channels that reach it, "
        "halve them; half the height and width, by pooling or strides, leaves a quarter. A larger batch does not help.",
        "이미지 하나에 {macs} MACs를 계산합니다. 출력 채널을 {outputs}개에서 {half}개로, 또는 들어오는 채널을 반으로 줄이면 반이 되고, 풀링이나 "
        "스트라이드로 높이와 너비를 반으로 줄이면 4분의 1이 됩니다. 배치를 키워도 빨라지지 않습니다.",
    ),
    "advice computing last": Text(
        "it computes {macs} MACs for an image. Half the channels that reach it halve them; a larger batch does not help.",
        "이미지 하나에 {macs} MACs를 계산합니다. 들어오는 채널을 반으로 줄이면 반이 됩니다. 배치를 키워도 빨라지지 않습니다.",
    ),
    "advice activation": Text(
        "its activation {activation} takes most of its time; relu takes clearly less.",
        "활성화 {activation} 계산에 시간이 많이 듭니다. relu를 쓰면 뚜렷이 빨라집니다.",
    ),
    "advice few filters": Text(
        "with so few filters ({filters}) it uses a part of the processor's width: its time does not fall as its work does.",
        "필터가 {filters}개뿐이라 프로세서의 폭을 일부만 씁니다. 계산이 적어도 시간은 그만큼 줄지 않습니다.",
    ),
    "advice fewer filters": Text(
        "{filters} filters are no multiple of 16. {below} filters take clearly less time.",
        "필터 {filters}개는 16의 배수가 아닙니다. {below}개면 뚜렷이 빨라집니다.",
    ),
    "advice more filters": Text(
        "{filters} filters are no multiple of 16. {above} filters take about as much time.",
        "필터 {filters}개는 16의 배수가 아닙니다. {above}개여도 시간은 거의 같습니다.",
    ),
}
