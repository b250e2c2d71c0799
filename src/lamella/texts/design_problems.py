"""What can be wrong with a design: its arguments and its graph (LAM0xx)."""

from __future__ import annotations

from lamella.texts.problem_text import ProblemText, entry

DESIGN_PROBLEMS: dict[str, ProblemText] = {
    # A design: its layers and their arguments
    "argument value": entry(
        "LAM001",
        "{argument} must be {expected}. Received {received:value}.",
        "{argument}에는 다음이 필요합니다: {expected}. 받은 값: {received:value}.",
        "{suggestion}",
        "{suggestion}",
    ),
    "argument missing": entry(
        "LAM002",
        "{argument} is required: {expected}.",
        "{argument}: 꼭 있어야 합니다 ({expected}).",
        "Add it, for example {argument}: {example:value}.",
        "넣어 주세요. 예: {argument}: {example:value}.",
    ),
    "argument unknown": entry(
        "LAM003",
        "{type} has no argument {argument:value}.",
        "{type}에는 {argument:value} 인자가 없습니다.",
        "{suggestion}",
        "{suggestion}",
    ),
    "argument twice": entry(
        "LAM004",
        "{argument} is given twice, by position and by name.",
        "{argument}: 위치와 이름으로 두 번 주어졌습니다.",
        "Keep one of them.",
        "하나만 남겨 주세요.",
    ),
    "too many arguments": entry(
        "LAM004",
        "{type} takes at most {limit} arguments by position. Received {received}.",
        "{type}: 위치 인자는 {limit}개까지입니다. 받은 개수: {received}.",
        "Name the others: {known:list}.",
        "나머지는 이름으로 적어 주세요: {known:list}.",
    ),
    "layer unknown": entry(
        "LAM005",
        "There is no layer {received:value}.",
        "{received:value} 레이어는 없습니다.",
        "{suggestion}",
        "{suggestion}",
    ),
    "arguments conflict": entry(
        "LAM006",
        "{first} and {second} don't go together: {reason}. Received {received}.",
        "{first}, {second}: 함께 쓸 수 없습니다. {reason}. 받은 값: {received}.",
        "{suggestion}",
        "{suggestion}",
    ),
    # A design: its graph
    "name twice": entry(
        "LAM010",
        "The name {name:value} is used by two layers.",
        "이름 {name:value}: 두 레이어가 함께 쓰고 있습니다.",
        "Rename one; to use a layer twice, write shares: {name}.",
        "하나의 이름을 바꿔 주세요. 같은 레이어를 다시 쓰려면 이렇게 적습니다: shares: {name}.",
    ),
    "name dangling": entry(
        "LAM011",
        "There is no layer named {name:value}.",
        "이름이 {name:value}인 레이어가 없습니다.",
        "{suggestion}",
        "{suggestion}",
    ),
    "cycle": entry(
        "LAM012",
        "These layers feed each other in a circle: {names:list}.",
        "레이어가 서로 꼬리를 물고 돕니다: {names:list}.",
        "Let one of them take its input from an earlier layer.",
        "그중 하나는 더 앞의 레이어에서 입력을 받게 해 주세요.",
    ),
    "input count": entry(
        "LAM013",
        "{type} takes {expected}. Received {received}.",
        "{type}의 입력에는 다음이 필요합니다: {expected}. 받은 개수: {received}.",
        "In a file name its inputs with from:, in Python call it on them.",
        "파일에서는 from: 으로 입력을 적고, Python에서는 입력에 대고 부르세요.",
    ),
    "no input": entry(
        "LAM014",
        "The design has no input.",
        "설계에 입력이 없습니다.",
        "Begin with input: [28, 28, 1], the shape of one image.",
        "이미지 하나의 모양을 먼저 적어 주세요. 예: input: [28, 28, 1].",
    ),
    "no layers": entry(
        "LAM015",
        "The design has no layers.",
        "설계에 레이어가 없습니다.",
        "Add layers:, a list such as - Conv2D: {{filters: 16, kernel_size: 3}}.",
        "layers: 아래에 목록을 적어 주세요. 예: - Conv2D: {{filters: 16, kernel_size: 3}}.",
    ),
    "shares other type": entry(
        "LAM016",
        "It shares the weights of {name:value}, which is a {type}.",
        "{name:value}의 가중치를 함께 쓰려 하지만, 그 레이어는 {type}입니다.",
        "Write - {type}: {{shares: {name}}}.",
        "이렇게 적어 주세요: - {type}: {{shares: {name}}}.",
    ),
    "shares with arguments": entry(
        "LAM017",
        "It shares the weights of {name:value} and so its arguments, but has its own: {arguments:list}.",
        "{name:value}의 가중치를 함께 쓰면 인자도 같아야 하는데, 따로 적혀 있습니다: {arguments:list}.",
        "Remove them, or remove shares.",
        "그 인자나 shares를 지워 주세요.",
    ),
    "shares other input": entry(
        "LAM018",
        "It shares the weights of {name:value}, whose {weight} is {expected:value}; this input needs {received:value}.",
        "{name:value}의 가중치를 함께 쓰는데 모양이 맞지 않습니다. 그 {weight}: {expected:value}, 이 입력에 필요한 모양: {received:value}.",
        "Give both uses inputs of the same size.",
        "두 곳의 입력 크기를 같게 해 주세요.",
    ),
    "shares other rank": entry(
        "LAM035",
        "It shares the weights of {name:value}, whose input has {expected} axes; this input has {received}.",
        "{name:value}의 가중치를 함께 쓰는데, 그 입력의 축은 {expected}개이고 이 입력의 축은 {received}개입니다.",
        "Reshape one of the inputs.",
        "한쪽 입력을 Reshape 하세요.",
    ),
    "layer unused": entry(
        "LAM019",
        "No output depends on it.",
        "어떤 출력도 이 레이어에 기대지 않습니다.",
        "Name it in outputs:, read it from another layer, or remove it.",
        "outputs: 에 적거나, 다른 레이어가 읽게 하거나, 지워 주세요.",
        "warning",
    ),
    "refers to itself": entry(
        "LAM091",
        "It refers to itself.",
        "자기 자신을 가리킵니다.",
        "Name an earlier layer there.",
        "그 자리에 앞에 있는 레이어의 이름을 적어 주세요.",
    ),
    "model mask": entry(
        "LAM088",
        "The model {name:value} is called with a mask, which a design does not hold; all figures are those without it.",
        "{name:value} 모델을 mask와 함께 호출하는데 설계에는 담지 못합니다. 모든 수치는 mask와 상관없습니다.",
        "Give the mask to the layers inside it.",
        "모델 안의 레이어에 mask를 주세요.",
        "warning",
    ),
}
