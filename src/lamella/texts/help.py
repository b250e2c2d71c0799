"""What the commands and options say of themselves."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

HELP: Final[dict[str, Text]] = {
    "lamella": Text(
        "Design layered neural networks: every layer's shape, parameters, MACs, memory and receptive field before "
        "anything runs; train them on pictures; restore pictures.",
        "층으로 된 신경망을 설계합니다. 실행하기 전에 레이어마다 모양, 파라미터, MACs, 메모리, 수용 영역을 알고, "
        "이미지로 학습하고, 이미지를 복원합니다.",
    ),
    "version": Text("Show the version and the engines found.", "버전과 찾은 엔진을 보여 줍니다."),
    "lang": Text("Language of the output.", "출력 언어."),
    "quiet": Text("Print results only, no progress.", "진행 상황 없이 결과만 출력합니다."),
    "plan quiet": Text(
        "Leave out how the figures are counted; errors, warnings and what is not counted stay.",
        "수를 세는 규칙은 빼고 출력합니다. 오류, 경고, 세지 못한 것은 남습니다.",
    ),
    "seed": Text("Seed of everything random.", "모든 무작위의 시드."),
    # plan
    "plan": Text(
        "Show what a design is before anything runs. FILE is a design in YAML, a Keras model "
        "(.keras, .h5), Keras code (.py), or - for one of them through standard input.",
        "실행하기 전에 설계를 보여 줍니다. FILE은 YAML 설계 파일, Keras 모델(.keras, .h5), Keras 코드(.py)이고, "
        "- 는 그중 하나를 표준 입력으로 받습니다.",
    ),
    # diff
    "diff": Text(
        "Show how two designs differ, layer by layer. BEFORE and AFTER are as FILE for plan, or REVISION:PATH of git.",
        "두 설계가 어떻게 다른지 레이어별로 보여 줍니다. BEFORE와 AFTER는 plan의 FILE과 같거나 git의 REVISION:PATH입니다.",
    ),
    "all": Text("List all layers, those that are the same too.", "같은 레이어까지 모두 보여 줍니다."),
    "diff json": Text("The difference as JSON.", "차이를 JSON으로."),
    "explain out": Text("Write the picture as SVG to a new file.", "그림을 SVG로 새 파일에 씁니다."),
    "explain json": Text("The layer or the layer type as JSON.", "레이어나 레이어 종류를 JSON으로."),
    # mirror
    "mirror": Text(
        "Write the decoder for an encoder, so that the output has exactly the input's shape. ENCODER is as for plan.",
        "인코더에 맞는 디코더를 붙여 출력이 입력과 똑같은 모양이 되게 합니다. ENCODER는 plan의 FILE과 같습니다.",
    ),
    "way": Text(
        "How it grows: upsampling and convolution, transposed convolution, or resizing.",
        "키우는 방법: 업샘플링과 합성곱, 전치 합성곱, 크기 조정.",
    ),
    "skips": Text("Join the encoder's tensors in, as a U-Net does.", "U-Net처럼 인코더의 텐서를 이어 붙입니다."),
    "keep-small": Text("Small kernels: fewer parameters.", "작은 커널로 파라미터를 줄입니다."),
    "decoder-only": Text("The decoder alone.", "디코더만."),
    "mirror out": Text("A new file to write; comments of the encoder stay.", "새로 쓸 파일. 인코더의 주석은 남습니다."),
    "mirror json": Text(
        "The design's text, its plan and what its largest Dense costs, as JSON.",
        "설계의 글, 계획, 가장 큰 Dense의 비용을 JSON으로.",
    ),
    # solve
    "solve": Text(
        "Find values for everything that is any in a design, so that it fits and meets its targets: those of its "
        "expect: and those of the options. FILE is as for plan; write kernel_size: any, any 1..9 or any 3|5|7.",
        "설계에서 any로 적은 자리에 들어갈 값을 찾습니다. 설계의 expect:와 옵션으로 준 목표를 만족하는 해입니다. FILE은 plan과 "
        "같고, kernel_size: any, any 1..9, any 3|5|7처럼 적습니다.",
    ),
    "solve all": Text("Every solution instead of the ten best.", "가장 좋은 열 개 대신 모든 해."),
    "solve take": Text("Which of the solutions -o writes.", "-o로 쓸 해의 번호."),
    "solve out": Text(
        "Write a solution to a new file; comments of the design stay.", "해를 새 파일에 씁니다. 설계의 주석은 남습니다."
    ),
    "solve json": Text("The solutions as JSON.", "해를 JSON으로."),
    # sizes
    "sizes": Text(
        "Say which sizes of pictures a design takes, and which come back at its output. FILE is as for plan.",
        "설계가 받는 이미지 크기와, 출력이 같은 크기로 돌아오는 크기를 알려 줍니다. FILE은 plan과 같습니다.",
    ),
    "image": Text(
        "Height and width of a picture: what is nearest to it, by padding and by cropping.",
        "이미지의 높이와 너비. 덧대거나 잘라서 맞는 가장 가까운 크기를 알려 줍니다.",
    ),
    "sizes json": Text("The sizes as JSON.", "크기를 JSON으로."),
    # check
    "check": Text(
        "Find what is wrong with designs or likely not meant, with what to do about it. FILES are as for plan.",
        "설계에서 틀린 곳과 뜻하지 않았을 법한 곳을 찾아 고칠 방법을 알려 줍니다. FILES는 plan과 같습니다.",
    ),
    "select": Text(
        "Only these codes, or all that begin so: LAM3,LAM050.", "이 코드만, 또는 이렇게 시작하는 코드만: LAM3,LAM050."
    ),
    "ignore": Text("All but these codes.", "이 코드는 빼고."),
    "fix": Text(
        "Mend in the files what can be mended without changing what the design can compute; comments stay.",
        "설계가 계산할 수 있는 것을 바꾸지 않고 고칠 수 있는 곳을 파일에서 고칩니다. 주석은 그대로 둡니다.",
    ),
    "check max-params": Text("Most parameters: 1M.", "최대 파라미터 수: 1M."),
    "check max-macs": Text("Most MACs of an image: 4G.", "이미지 한 장의 최대 MAC 수: 4G."),
    "check max-memory": Text(
        "Most memory while training, for one image: 2GiB.", "이미지 한 장을 학습할 때의 최대 메모리: 2GiB."
    ),
    "check min-receptive-field": Text(
        "Least receptive field of the output, in pixels.", "출력이 봐야 하는 최소 픽셀 수(수용 영역)."
    ),
    "check output": Text("The output's shape: 28,28,1.", "출력의 모양: 28,28,1."),
    "check json": Text("Findings as JSON.", "결과를 JSON으로."),
    "batch": Text("Images in a batch, for the memory.  [default: 1]", "배치의 이미지 수(메모리 계산용).  [기본값: 1]"),
    "input": Text(
        "Plan for this input: 224,224,3, or NAME=224,224,3 for each of several; null keeps a size open.",
        "이 입력으로 계획합니다: 224,224,3. 여럿이면 이름=224,224,3 을 입력마다 적습니다. null은 크기를 정하지 않습니다.",
    ),
    "dtype": Text("Type of the numbers.", "수의 형식."),
    "engine": Text("What runs the network, for the memory.", "네트워크를 실행할 프레임워크(메모리 계산용)."),
    "optimizer": Text("Optimizer, for the training memory.", "옵티마이저(학습 메모리 계산용)."),
    "like": Text(
        "Give the work as this tool prints it, instead of the pure MACs.",
        "순수한 MACs 대신 이 도구가 출력하는 값으로 계산량을 보여 줍니다.",
    ),
    "rewritten": Text(
        "Plan the form in which lamella runs the design: other layers with the same output.",
        "lamella가 실제로 실행하는 형태를 계획합니다. 레이어는 달라도 출력은 같습니다.",
    ),
    "plan explain": Text(
        "Show below the table how each layer computes, with its own numbers.",
        "표 아래에 레이어마다 계산하는 방법을 실제 수로 보여 줍니다.",
    ),
    "json": Text("Print the plan as JSON.", "계획을 JSON으로 출력합니다."),
    # new, port, explain
    "new": Text(
        "Write a ready design to begin with into this folder: NAME.yaml.",
        "시작할 수 있는 설계를 이 폴더에 NAME.yaml로 만듭니다.",
    ),
    "port": Text(
        "Write a design in another form: as a design file in YAML, or as Python code that makes the Keras model. FILE is "
        "a design in YAML, a Keras model (.keras, .h5), Keras code (.py), or - for one of them through standard input.",
        "설계를 다른 형식으로 씁니다: YAML 설계 파일, 또는 Keras 모델을 만드는 Python 코드. FILE은 YAML 설계 파일, "
        "Keras 모델(.keras, .h5), Keras 코드(.py)이고, - 는 그중 하나를 표준 입력으로 받습니다.",
    ),
    "to": Text("The form to write.", "쓸 형식."),
    "port out": Text(
        "A file that does not exist yet.  [default: standard output]", "아직 없는 파일.  [기본값: 표준 출력]"
    ),
    "explain": Text(
        "Say what a LAYER does, with its arguments and their defaults; of a part of a name, which layers have it. "
        "Without one: name all layers. With FILE and LAYER: explain that layer of a design, with its own numbers and a "
        "picture of how it lies on its input. With a code such as LAM301: what it means.",
        "레이어(LAYER)가 하는 일과 인자, 기본값을 설명합니다. 이름의 일부를 적으면 그런 레이어를, 적지 않으면 모든 레이어의 이름을 보여 줍니다. FILE과 LAYER를 적으면 설계의 그 레이어를 자신의 수와 그림으로 설명합니다. LAM301 같은 코드는 그 뜻을 설명합니다.",
    ),
    # draw
    "draw": Text(
        "Draw a design as SVG or PNG. KIND is stack (every output as a block drawn to scale), graph (every layer with its "
        "figures), window (the window of LAYER going over its input, moving) or field (what one place of LAYER sees). "
        "FILE is as for plan.",
        "설계를 SVG나 PNG로 그립니다. KIND는 stack(출력마다 비율에 맞춘 블록), graph(레이어와 그 수치의 그래프), "
        "window(LAYER의 창이 입력 위를 움직이는 그림), field(LAYER의 한 자리가 보는 곳) 가운데 하나입니다. FILE은 plan과 같습니다.",
    ),
    "draw out": Text(
        "A new file, .svg or .png.  [default: SVG on standard output]",
        "새로 쓸 .svg나 .png 파일.  [기본값: 표준 출력에 SVG]",
    ),
    "width": Text("About how many px wide a stack or graph is.", "stack이나 graph의 대략적인 너비(px)."),
    "first": Text("The first layer to draw.", "그릴 첫 레이어."),
    "last": Text("The last layer to draw.", "그릴 마지막 레이어."),
    "place": Text(
        "For field: a place of the layer's output, 3,4.  [default: the middle]",
        "field에서 볼 출력의 자리: 3,4.  [기본값: 가운데]",
    ),
    # train
    "train": Text(
        "Train a design to restore images: the image is its own label. Writes a run folder.",
        "이미지를 복원하도록 설계를 학습합니다. 이미지 자신이 정답입니다. 실행 폴더를 만듭니다.",
    ),
    "data": Text(
        "digits (embedded MNIST), mnist:FOLDER (the four IDX files) or folder:FOLDER (PNG and JPEG pictures).",
        "digits(내장 MNIST), mnist:폴더(IDX 파일 네 개), folder:폴더(PNG, JPEG 이미지).",
    ),
    "epochs": Text("Most passes over the training images.", "학습 이미지를 도는 최대 횟수."),
    "batch-size": Text("Images in one step.", "한 스텝의 이미지 수."),
    "learning-rate": Text("Adam's learning rate.", "Adam의 학습률."),
    "patience": Text(
        "Stop after so many epochs without a better held-out loss.",
        "검증 손실이 나아지지 않는 에포크가 이만큼 이어지면 멈춥니다.",
    ),
    "time-limit": Text(
        "Begin no further epoch after so many seconds.", "이만큼의 초가 지나면 새 에포크를 시작하지 않습니다."
    ),
    "precision": Text(
        "bf16: compute in bfloat16 where the processor can and the loss agrees; auto: where it also gains.",
        "bf16: 프로세서가 지원하고 손실이 일치하면 bfloat16으로 계산. auto: 더 빨라질 때만.",
    ),
    "train out": Text("The run folder.  [default: runs/NAME]", "실행 폴더.  [기본값: runs/이름]"),
    # bench
    "bench": Text(
        "Measure how fast a design trains and restores on this machine, layer by layer, beside the machine's limits; "
        "which layer holds it back, and what would help. FILE is as for plan.",
        "설계가 이 컴퓨터에서 얼마나 빨리 학습하고 복원하는지 레이어별로 재어 한계와 견줍니다. 어느 레이어가 발목을 잡는지, "
        "무엇이 도움이 되는지 알려 줍니다. FILE은 plan과 같습니다.",
    ),
    "bench batch-size": Text("Images in one batch.", "배치 하나의 이미지 수."),
    "seconds": Text(
        "Measure each of the two for about so long, and its layers as long.",
        "학습과 복원을 각각 이만큼, 그 레이어들도 이만큼 잽니다.",
    ),
    "bench input": Text(
        "The shape of an image, where the design leaves sizes open: 28,28,1.",
        "설계의 크기가 열려 있을 때 이미지의 모양: 28,28,1.",
    ),
    "calibrate": Text(
        "Measure this machine's limits again; else they are measured once and kept.",
        "이 컴퓨터의 한계를 다시 잽니다. 보통은 한 번 재어 보관합니다.",
    ),
    "bench json": Text("The measurements as JSON.", "잰 값을 JSON으로."),
    # restore, demo
    "restore": Text(
        "Restore PNG and JPEG pictures, or all pictures of a folder, with a trained run.",
        "학습한 실행으로 PNG, JPEG 이미지나 폴더의 이미지를 모두 복원합니다.",
    ),
    "restore out": Text(
        "Folder for the restored pictures, or a .png for one.", "복원한 이미지의 폴더. 하나면 .png도 가능."
    ),
    "see": Text(
        "Show what every layer makes of a picture: its feature maps, range, zeros and first filters. SOURCE is the folder of "
        "a trained run, or a design with --weights.",
        "레이어마다 이미지를 어떻게 보는지 보여 줍니다: 특징 맵, 범위, 0의 비율, 첫 필터. SOURCE는 학습한 실행 폴더, 또는 "
        "--weights 를 적은 설계입니다.",
    ),
    "see out": Text(
        "A new FILE.html, or a new folder for index.html and every picture as PNG.",
        "새 파일(이름.html), 또는 index.html과 모든 그림(PNG)을 담을 새 폴더.",
    ),
    "see weights": Text(
        "Weights of a design: random (as Keras starts them), sobel (Sobel's kernels first), or a safetensors FILE.",
        "설계의 가중치: random(Keras가 시작하는 무작위 값), sobel(처음에 Sobel 커널), 또는 safetensors 파일.",
    ),
    "see layers": Text("Only these layers: NAME,NAME.", "이 레이어만: 이름,이름."),
    "claims": Text(
        "What is said of layers, measured: padding, pooling, strides, biases and more, each with a picture. NAME is one of "
        "{names}; without it all are measured.",
        "레이어에 대해 흔히 하는 말을 재어 그림과 함께 보여 줍니다: 패딩, 풀링, 스트라이드, 편향 등. NAME은 다음 가운데 하나이고, "
        "적지 않으면 모두 잽니다: {names}.",
    ),
    "claims out": Text(
        "A new folder for claims.html and every picture.  [default: the measured words alone]",
        "claims.html과 모든 그림을 담을 새 폴더.  [기본값: 잰 값을 말로만 출력]",
    ),
    "claims image": Text(
        "A PNG or JPEG picture to show claims on: {names}.",
        "주장을 보여 줄 PNG나 JPEG 이미지. 이것을 받는 주장: {names}.",
    ),
    "restore engine": Text(
        "What runs the network; auto takes OpenVINO where it is installed and was seen to be faster.",
        "네트워크를 실행할 엔진. auto는 OpenVINO가 설치되어 있고 더 빠를 때만 OpenVINO를 씁니다.",
    ),
    "report": Text(
        "Write one HTML file on a trained run that tells a colleague what it is worth: the design, findings, quality, the "
        "worst of the held-out images and some drawn at random, how all scores are spread, and what was used.",
        "학습한 실행을 동료가 판단할 수 있게 HTML 파일 하나로 씁니다: 설계, 찾은 문제, 품질, 학습에 쓰지 않은 이미지 가운데 가장 나쁜 "
        "것과 무작위로 뽑은 것, 점수의 분포, 사용한 것.",
    ),
    "report out": Text("The new file, FILE.html.", "새로 만들 파일(이름.html)."),
    "card": Text("Write the model card to a new file too, FILE.md.", "모델 카드도 새 파일(이름.md)에 씁니다."),
    "report data": Text(
        "Where the run's data are now, as for train.  [default: where the run found them]",
        "실행에 쓴 데이터가 지금 있는 곳. 형식은 train과 같습니다.  [기본값: 학습할 때의 자리]",
    ),
    "report seed": Text("Seed of the images drawn at random.", "무작위로 뽑는 이미지의 시드."),
    "export": Text(
        "Write a trained run as an ONNX model, which ONNX Runtime and many other programs run without Keras.",
        "학습한 실행을 ONNX 모델로 씁니다. ONNX Runtime 등 여러 프로그램이 Keras 없이 실행할 수 있습니다.",
    ),
    "export out": Text("The new file, FILE.onnx.", "새로 만들 파일(FILE.onnx)."),
    "demo": Text(
        "The whole way on the embedded digits: plan, train, restore ten digits, report.",
        "내장 숫자로 전체 과정을 보여 줍니다: 계획, 학습, 숫자 열 개 복원, 보고서.",
    ),
    "demo out": Text(
        "Folder for everything that the demo writes.  [default: lamella-demo]",
        "데모가 만드는 것을 모두 담을 폴더.  [기본값: lamella-demo]",
    ),
}
