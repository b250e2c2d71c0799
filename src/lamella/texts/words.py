"""Words of the doors and the reports."""

from __future__ import annotations

from typing import Final

from lamella.texts.answer_words import ANSWERS
from lamella.texts.bench_words import BENCH
from lamella.texts.claim_words import CLAIMED
from lamella.texts.languages import Language, Text
from lamella.texts.notebook_words import NOTEBOOKS
from lamella.texts.picture_words import PICTURES
from lamella.texts.report_words import REPORTS
from lamella.texts.sight_words import SIGHTS

WORDS: Final[dict[str, Text]] = {
    # The table of a plan
    "layer": Text("Layer", "레이어"),
    "output": Text("Output", "출력"),
    "params": Text("Parameters", "파라미터"),
    "macs": Text("{unit}", "{unit}"),
    "field": Text("Receptive field", "수용 영역"),
    "memory": Text("Memory", "메모리"),
    "shares": Text("shares {name}", "{name} 공유"),
    "opaque": Text("{type}, not known", "{type}, 알 수 없음"),
    "whole": Text("whole", "전체"),
    "from to": Text("{least} to {most}", "{least}~{most}"),
    "unnamed": Text("design without a name", "이름 없는 설계"),
    "total": Text("Total", "합계"),
    "total params": Text(
        "{params} parameters ({trainable} trainable), {size}",
        "파라미터 {params}개(학습 대상 {trainable}개), {size}",
    ),
    "open sizes": Text("Open sizes", "열린 크기"),
    "sizes from": Text("any from {first}", "{first} 이상"),
    "sizes multiples": Text("multiples of {period} from {first}", "{first} 이상인 {period}의 배수"),
    "sizes remainders": Text(
        "from {first} with remainder {remainders:list} by {period}",
        "{first} 이상인 수 가운데 나눗수 {period}, 나머지 {remainders:list}",
    ),
    "sizes only": Text("only {sizes:list}", "{sizes:list}만"),
    "sizes none": Text("none fits", "맞는 수가 없음"),
    "sizes unknown": Text("can't be said", "알 수 없음"),
    "checks title": Text("What lamella check finds", "lamella check가 찾는 것"),
    "checks intro": Text(
        "Errors of arguments, names and shapes (LAM0xx) come first and are told by lamella plan too. These are asked of "
        "designs without errors: they run, and yet may not do what their author wants.",
        "인자, 이름, 모양의 오류(LAM0xx)는 먼저 알려 주고 lamella plan에도 나옵니다. 아래는 오류가 없는 설계에 묻는 것으로, "
        "실행은 되지만 뜻한 대로가 아닐 수 있는 것들입니다.",
    ),
    "page right": Text("Not found in", "문제없는 예"),
    "total macs": Text("{macs} {unit} per image", "이미지당 {macs} {unit}"),
    "inference": Text("Inference", "추론"),
    "training": Text("Training", "학습"),
    "inference memory": Text("{peak} for a batch of {batch}, {dtype}", "{peak} (배치 {batch}, {dtype})"),
    "training memory": Text(
        "{peak} for a batch of {batch}, {dtype}, {optimizer}", "{peak} (배치 {batch}, {dtype}, {optimizer})"
    ),
    "part parameters": Text("parameters", "파라미터"),
    "part gradients": Text("gradients", "기울기"),
    "part optimizer": Text("optimizer", "옵티마이저"),
    "part saved": Text("kept for the backward pass", "역전파용 보관"),
    "part live": Text("outputs and gradients in use", "쓰이는 중인 출력과 기울기"),
    "part workspace": Text("working space", "작업 공간"),
    "part batch": Text("batch and targets", "배치와 목표값"),
    "part pool": Text("idle in the memory pool", "메모리 풀의 빈 곳"),
    "peak forward": Text("most while {layer} is computed", "{layer} 계산 중에 최대"),
    "peak loss": Text("most while the loss is computed", "손실 계산 중에 최대"),
    "peak update": Text("most while the weights are updated", "가중치 갱신 중에 최대"),
    "peak backward": Text("most while the gradient of {layer} is computed", "{layer}의 기울기 계산 중에 최대"),
    "convention": Text(
        "MACs are the multiply-adds of convolutions and matrix products, those of attention and recurrent layers among "
        "them; bias, activation, pooling and normalisation are not counted.",
        "MACs는 합성곱과 행렬 곱의 곱셈-덧셈 수이며 어텐션과 순환 레이어의 것도 포함합니다. 편향, 활성화, 풀링, "
        "정규화는 세지 않습니다.",
    ),
    "not counted by": Text("{tool} counts nothing for {types:list}.", "{tool}에서 세지 않는 것: {types:list}."),
    "memory convention": Text(
        "Memory is {engine}'s on a CPU, layer by layer; of rows, for one image.",
        "메모리는 CPU에서 레이어별로 실행할 때의 값({engine})이고, 행의 값은 이미지 하나에 대한 것입니다.",
    ),
    "memory jax": Text(
        "XLA fuses and reorders: on a CPU, training took up to 2.8 times as much.",
        "JAX의 XLA는 연산을 합치고 순서를 바꿉니다. CPU에서 잰 학습 메모리는 이 값의 최대 2.8배였습니다.",
    ),
    "counted all": Text("Everything was counted.", "모두 세었습니다."),
    "names more": Text("{names:list} and {more} more", "{names:list} 외 {more}개"),
    "params partial": Text(
        "Parameters not known: {names}. Their total is partial.",
        "파라미터를 알 수 없음: {names}. 그 합계는 일부입니다.",
    ),
    "macs partial": Text(
        "{unit} not known: {names}. Their total is partial.", "{unit} 값을 알 수 없음: {names}. 그 합계는 일부입니다."
    ),
    "both partial": Text(
        "Parameters and {unit} not known: {names}. Their totals are partial.",
        "파라미터와 {unit} 값을 알 수 없음: {names}. 그 합계는 일부입니다.",
    ),
    "memory open": Text(
        "Memory for a batch is not known while sizes are open: {names}.",
        "크기가 열려 있어 배치의 메모리를 알 수 없음: {names}.",
    ),
    "memory unknown": Text(
        "Memory for a batch is not known, because of {names}.", "다음 때문에 배치의 메모리를 알 수 없음: {names}."
    ),
    "training unknown": Text(
        "Training memory is not known: what {names} keep for the backward pass is not known.",
        "역전파를 위해 보관하는 것을 몰라 학습 메모리를 알 수 없음: {names}.",
    ),
    "field not counted": Text("Receptive field not known: {names}.", "수용 영역을 알 수 없음: {names}."),
    "whole means": Text(
        "Whole: each number there depends on all of the input that reaches its layer, not on a window of it.",
        "전체: 그 레이어의 수 하나하나가 입력의 한 창이 아니라 그 레이어까지 이어진 입력 전체에 따라 달라집니다.",
    ),
    "not aligned": Text(
        "Branches meet with different strides or centres: {names}.",
        "스트라이드나 중심이 다른 갈래가 만남: {names}.",
    ),
    "field multiple": Text(
        "Receptive fields hold for open sizes that are multiples of {multiple}: for others, padding same puts its "
        "zeros elsewhere.",
        "수용 영역은 열린 크기가 {multiple}의 배수일 때의 값입니다. 다른 크기에서는 same 패딩의 0이 다른 자리에 놓입니다.",
    ),
    # What other tools count
    "like torchvision": Text(
        "MACs as torchvision gives them for its networks under the name GFLOPS: the multiply-adds of "
        "convolutions, transposed convolutions and matrix products, attention's among them, and nothing else.",
        "torchvision이 자기 네트워크에 GFLOPS라는 이름으로 적는 MACs입니다. 합성곱, 전치 합성곱, 행렬 곱(어텐션의 것도)의 "
        "곱셈-덧셈만 셉니다.",
    ),
    "like fvcore": Text(
        "MACs as fvcore 0.1.5 prints them, under the name flops, for the same network in PyTorch: 1 a multiply-add "
        "without bias; batch normalization 2 a number, layer and group normalization 5; global average pooling "
        "over pictures 1 an input number; upsampling of pictures 1 an output number, bilinear 4. Of attention only the "
        "projections, of recurrent layers nothing, of broadcast matrix products the first tensor's only.",
        "같은 네트워크를 PyTorch로 쓸 때 fvcore 0.1.5가 flops라는 이름으로 출력하는 MACs입니다. 편향 없이 곱셈-덧셈당 1, "
        "배치 정규화는 수마다 2, 레이어와 그룹 정규화는 5, 이미지의 전역 평균 풀링은 입력 수마다 1, 이미지 업샘플링은 "
        "출력 수마다 1(bilinear는 4)입니다. 어텐션은 투영만 세고 순환 레이어는 세지 않으며, 되풀이해 맞추는 행렬 곱은 첫 "
        "텐서의 것만 셉니다.",
    ),
    "like ptflops": Text(
        "MACs as ptflops 0.7.5 totals them (backend pytorch) for the same network in PyTorch: 1 a multiply-add, 1 a "
        "number that gets a bias; batch normalization 2 a number. ReLU, ELU, GELU, pooling and upsampling are 2 a "
        "number where 1 is meant: its total counts the module and the function inside it, the lines of its table "
        "only the module. Of attention only the projections; an LSTM is 10 more a number of its state in each step, a "
        "GRU 7, a simple one 1, all with two biases.",
        "같은 네트워크를 PyTorch로 쓸 때 ptflops 0.7.5(backend pytorch)의 합계에 드는 MACs입니다. 곱셈-덧셈당 1, "
        "편향을 더하는 수마다 1, 배치 정규화는 수마다 2입니다. ReLU, ELU, GELU, 풀링, 업샘플링은 수마다 1이어야 하지만 "
        "2입니다. 합계가 모듈과 그 안의 함수를 모두 세기 때문이며, 표의 줄에는 모듈만 나옵니다. 어텐션은 투영만 셉니다. "
        "단계마다 상태의 수 하나에 LSTM은 10, GRU는 7, 단순 순환은 1을 더하고, 셋 다 편향을 둘씩 셉니다.",
    ),
    "like thop": Text(
        "MACs as thop 0.1.1 prints them for the same network in PyTorch: 1 a multiply-add without bias, but a "
        "transposed convolution at every output position, about the strides' product too many; batch and layer "
        "normalization 4 a number; average pooling 1 an output number, global 1 an input number too; upsampling 1 "
        "an output number, bilinear 11, bicubic 259; softmax about 3. Of attention only the projections; an LSTM is 8 "
        "more a number of its state in each step, a GRU 7, a simple one 1, all with two biases.",
        "같은 네트워크를 PyTorch로 쓸 때 thop 0.1.1이 출력하는 MACs입니다. 편향 없이 곱셈-덧셈당 1이지만 전치 합성곱은 출력 "
        "위치마다 세어 스트라이드의 곱만큼 많습니다. 배치와 레이어 정규화는 수마다 4, 평균 풀링은 출력 수마다 1(전역은 입력 "
        "수마다 1도 더함), 업샘플링은 출력 수마다 1(bilinear 11, bicubic 259), softmax는 약 3입니다. 어텐션은 투영만 셉니다. "
        "단계마다 상태의 수 하나에 LSTM은 8, GRU는 7, 단순 순환은 1을 더하고, 셋 다 편향을 둘씩 셉니다.",
    ),
    "like flopcounter": Text(
        "FLOPs as PyTorch's FlopCounterMode prints them: 2 for each multiply-add of convolutions, transposed "
        "convolutions and matrix products, and nothing else. What it sees of attention and recurrent layers depends on "
        "the machine: not known.",
        "PyTorch의 FlopCounterMode가 출력하는 FLOPs입니다. 합성곱, 전치 합성곱, 행렬 곱의 곱셈-덧셈마다 2이고 다른 것은 "
        "세지 않습니다. 어텐션과 순환 레이어를 얼마나 세는지는 컴퓨터에 따라 달라서 알 수 없습니다.",
    ),
    # The explanation of a plan
    "explained parameters": Text("parameters", "파라미터"),
    "explained training": Text("training", "학습할 때"),
    "part of input": Text("input", "입력"),
    "part of recurrent": Text("recurrent", "순환"),
    "part of forward": Text("forward", "순방향"),
    "part of backward": Text("backward", "역방향"),
    "part of cell": Text("cell", "셀"),
    "part of scores": Text("scores", "점수"),
    "part of weighted": Text("weighted", "가중"),
    "part of sum": Text("sum", "합"),
    "part of gate": Text("gate", "게이트"),
    "part of output": Text("output", "출력"),
    "part of real": Text("real", "실수부"),
    "part of imag": Text("imag", "허수부"),
    "explained zero": Text("parameters = 0: those of {name}", "파라미터 = 0: {name}의 것을 사용"),
    "not trained": Text("{name}, not trained", "{name}, 학습 안 함"),
    "not known": Text("not known", "알 수 없음"),
    # Quality
    "quality": Text(
        "Quality on {images} test images, held out from all training",
        "학습에 전혀 쓰지 않은 테스트 이미지 {images}장에서의 품질",
    ),
    "quality heading": Text("Quality", "품질"),
    "network": Text("this network", "이 네트워크"),
    "pca": Text("PCA, {numbers} components", "PCA, 주성분 {numbers}개"),
    "perfect copy": Text("a perfect copy (the floor)", "완벽한 복사(바닥)"),
    "gap": Text(
        "Training loss {training}, test loss {held_out}: a gap of {gap}. A network that leans on its parameters "
        "overfits: its gap grows.",
        "학습 손실 {training}, 테스트 손실 {held_out}: 차이 {gap}. 많은 파라미터로 외우는 네트워크는 과적합되어 이 차이가 커집니다.",
    ),
    "measures": Text(
        "BCE: mean binary cross-entropy in nats. MSE: mean squared error. PSNR: 10 log10(1 / MSE), mean over the images that are not exact. "
        "SSIM: Gaussian window of 11, sigma 1.5, population covariance, K1 0.01, K2 0.03, range 1, windows wholly "
        "inside. BCE can't fall below that of a perfect copy, because grey pixels have entropy.",
        "BCE: 이진 교차 엔트로피의 평균(nat). MSE: 평균 제곱 오차. PSNR: 10 log10(1 / MSE)의 평균(완전히 같은 이미지 제외). "
        "SSIM: 크기 11, 시그마 1.5인 가우시안 창, 모공분산, K1 0.01, K2 0.03, 범위 1, 이미지 안에 온전히 놓인 창만. "
        "회색 픽셀에는 엔트로피가 있어 BCE는 완벽한 복사보다 낮아질 수 없습니다.",
    ),
    "code": Text(
        "The code is the output of '{name}', {numbers} numbers: everything from input to output passes through it.",
        "코드는 '{name}'의 출력, 수 {numbers}개입니다. 입력에서 출력까지 모든 것이 이곳을 지납니다.",
    ),
    "no code": Text(
        "There is no code: no tensor smaller than the input that every path crosses, so no PCA to compare with.",
        "코드가 없습니다. 모든 경로가 지나면서 입력보다 작은 텐서가 없어, 견줄 PCA도 없습니다.",
    ),
    "pca sampled": Text(
        "PCA was fitted on {images} of the images learned from; more would need too much time and memory.",
        "PCA는 학습에 쓴 이미지 가운데 {images}장으로 구했습니다. 더 많으면 시간과 메모리가 너무 많이 듭니다.",
    ),
    "pca left out": Text(
        "No PCA to compare with: {numbers} components need more images than the {images} that fit the time and memory "
        "kept for it.",
        "견줄 PCA가 없습니다. 주성분 {numbers}개를 구하려면 이미지가 그보다 많아야 하는데, PCA에 허용한 시간과 메모리로는 "
        "{images}장까지 쓸 수 있습니다.",
    ),
    "pca few": Text(
        "No PCA to compare with: {numbers} components need more images than were learned from.",
        "견줄 PCA가 없습니다. 주성분 {numbers}개를 구하려면 학습에 쓴 이미지가 그보다 많아야 합니다.",
    ),
    # The report of a run
    "curve title": Text("Loss by epoch", "에포크별 손실"),
    "curve epoch": Text("epoch", "에포크"),
    "curve loss": Text("binary cross-entropy", "이진 교차 엔트로피"),
    "curve training": Text("training", "학습"),
    "curve held_out": Text("validation", "검증"),
    "curve best": Text("best", "최고"),
    "plan caption": Text("Every layer, for one image", "이미지 하나에 대한 모든 레이어"),
    "plan totals": Text("Totals and memory", "합계와 메모리"),
    "used": Text("What was used", "사용한 것"),
    "used caption": Text("Settings, data, versions and machine", "설정, 데이터, 버전, 기계"),
    "fact": Text("Fact", "항목"),
    "value": Text("Value", "값"),
    "fact schema": Text("Format", "형식"),
    "fact status": Text("Status", "상태"),
    "fact task": Text("Task", "과제"),
    "fact loss": Text("Loss", "손실"),
    "fact optimizer": Text("Optimizer", "옵티마이저"),
    "fact settings.data": Text("Data", "데이터"),
    "fact settings.epochs": Text("Epochs at most", "최대 에포크"),
    "fact settings.batch_size": Text("Batch", "배치"),
    "fact settings.learning_rate": Text("Learning rate", "학습률"),
    "fact settings.precision": Text("Precision asked for", "요청한 수 형식"),
    "fact precision.used": Text("Precision", "수 형식"),
    "fact precision.reason": Text("Why not bfloat16", "bfloat16을 쓰지 않은 까닭"),
    "fact settings.patience": Text("Epochs to wait for a better one", "더 나은 에포크를 기다리는 수"),
    "fact settings.validation": Text("Share for validation", "검증에 쓰는 비율"),
    "fact settings.seed": Text("Seed", "시드"),
    "fact settings.time_limit_s": Text("Time limit, seconds", "제한 시간(초)"),
    "fact data.name": Text("Data set", "데이터 이름"),
    "fact data.fingerprint": Text("Fingerprint of the data", "데이터 지문"),
    "fact data.train": Text("Training images", "학습 이미지"),
    "fact data.test": Text("Test images", "테스트 이미지"),
    "fact data.fitted": Text("Images fitted to the input", "입력에 맞춘 이미지"),
    "fact data.held": Text("Where the images were", "이미지를 둔 곳"),
    "value in memory": Text("in memory", "메모리"),
    "value streamed": Text("streamed from the folder", "폴더에서 그때그때 읽음"),
    "fact machine.system": Text("System", "시스템"),
    "fact machine.processor": Text("Processor", "프로세서"),
    "fact machine.processors": Text("Processors that could be used", "쓸 수 있는 프로세서 수"),
    "fact engine": Text("Trained by Keras on", "학습에 쓴 Keras 백엔드"),
    "fact began": Text("Began (UTC)", "시작(UTC)"),
    "fact best_epoch": Text("Best epoch", "최고 에포크"),
    "fact seconds": Text("Seconds, with measuring the quality", "걸린 시간(초), 품질 측정 포함"),
    "value finished": Text("finished", "끝남"),
    "value interrupted": Text("interrupted", "중단됨"),
    "value training": Text("still running, or ended by force", "아직 실행 중이거나 강제로 끝남"),
    "value stopped before an epoch ended": Text("stopped before an epoch ended", "에포크가 끝나기 전에 멈춤"),
    "value reconstruct": Text("restore images", "이미지 복원"),
    "value binary cross-entropy": Text("binary cross-entropy", "이진 교차 엔트로피"),
    # Progress and results
    "epoch line": Text(
        "epoch {epoch}/{epochs}  loss {loss}  validation {val_loss}{best}  {seconds}, {left} left",
        "에포크 {epoch}/{epochs}  손실 {loss}  검증 {val_loss}{best}  {seconds}, {left} 남음",
    ),
    "epoch bar": Text("epoch {epoch}/{epochs}", "에포크 {epoch}/{epochs}"),
    "best mark": Text(" (best)", " (최고)"),
    "interrupted": Text(
        "Stopped by hand; the best so far, epoch {epoch}, is kept.",
        "손으로 멈췄습니다. 지금까지 가장 좋은 {epoch}번째 에포크를 남깁니다.",
    ),
    "not bfloat16": Text("Trained in float32: {reason}.", "float32로 학습했습니다: {reason}."),
    "ended early": Text(
        "Stopped after epoch {epoch}: no better validation loss for {patience} epochs.",
        "{epoch}번째 에포크에서 멈춤: {patience}에포크 동안 검증 손실이 나아지지 않았습니다.",
    ),
    "ended by time": Text(
        "Stopped after epoch {epoch}: the time limit of {limit} is reached.",
        "{epoch}번째 에포크에서 멈춤: 제한 시간 {limit}에 이르렀습니다.",
    ),
    "run written": Text("Run: {folder}", "실행 폴더: {folder}"),
    "restored line": Text("{source} -> {target}", "{source} -> {target}"),
    "fitted": Text("  (fitted: {width}x{height} {mode} to {shape})", "  (맞춤: {width}x{height} {mode} -> {shape})"),
    "restored count": Text("{good} restored, {bad} failed", "{good}장 복원, {bad}장 실패"),
    "written": Text("Written: {file}", "만든 파일: {file}"),
    "design written": Text("{file} written. Next: lamella plan {file}", "만든 파일: {file}. 다음: lamella plan {file}"),
    "arguments": Text("Arguments", "인자"),
    "required": Text("required", "필수"),
    "in a file": Text(
        "In a design file also: from (the layers it reads), shares (the layer whose weights it uses).",
        "설계 파일에서는 from(읽을 레이어), shares(가중치를 함께 쓸 레이어)도 쓸 수 있습니다.",
    ),
    # Groups of layers, by the folder of Keras that holds them
    "group core": Text("Core", "기본"),
    "group convolutional": Text("Convolution", "합성곱"),
    "group pooling": Text("Pooling", "풀링"),
    "group reshaping": Text("Reshaping, padding and upsampling", "모양 바꾸기, 패딩, 업샘플링"),
    "group merging": Text("Merging", "합치기"),
    "group activations": Text("Activation", "활성화"),
    "group normalization": Text("Normalization", "정규화"),
    "group regularization": Text("Regularization", "규제"),
    "group attention": Text("Attention", "어텐션"),
    "group rnn": Text("Recurrent", "순환"),
    "group preprocessing": Text("Preprocessing and augmentation", "전처리와 증강"),
    "group applications": Text("Of the networks in keras.applications", "keras.applications의 네트워크에서 쓰는 것"),
    "group ops": Text("Operations (keras.ops)", "연산(keras.ops)"),
    "source": Text("Source", "출처"),
    "findings": Text("errors: {errors}, warnings: {warnings}", "오류 {errors}개, 경고 {warnings}개"),
    "rewrites": Text(
        "Rewritten for speed, with the same output; of the layers as designed:",
        "속도를 위해 다시 쓴 형태이며 출력은 같습니다. 설계의 레이어 기준:",
    ),
    "no rewrites": Text(
        "No rewrite would save time; the design runs as it is.", "시간을 줄일 다시 쓰기가 없어 설계 그대로 실행됩니다."
    ),
    "check nothing": Text("{file}: nothing found", "{file}: 문제없음"),
    "check fixed": Text("{file}: {count} mended", "{file}: {count}개를 고쳤습니다"),
    "output lost": Text("The output can't be written: {reason}.", "출력을 쓸 수 없습니다: {reason}."),
    "stopped": Text("Stopped.", "멈췄습니다."),
    "no command": Text(
        "There is no command '{name}'. There is {known:list}.", "'{name}' 명령은 없습니다. 있는 것: {known:list}."
    ),
    "no command near": Text(
        "There is no command '{name}'. Did you mean {near}?", "'{name}' 명령은 없습니다. 혹시 {near}인가요?"
    ),
    "engine missing": Text("not installed", "설치되지 않음"),
    "error": Text("error", "오류"),
    "warning": Text("warning", "경고"),
    **ANSWERS,
    **BENCH,
    **NOTEBOOKS,
    **PICTURES,
    **SIGHTS,
    **REPORTS,
    **CLAIMED,
}


def say(key: str, language: Language, /, **facts: object) -> str:
    """Words by key in a language, with their facts."""
    return WORDS[key].fill(language, **facts)
