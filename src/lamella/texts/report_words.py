"""Words of the report of a run and of its model card."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

REPORTS: Final[dict[str, Text]] = {
    "report title": Text("A trained network: {name}", "학습한 네트워크: {name}"),
    "report contents": Text("Contents", "목차"),
    "report summary": Text("In short", "요약"),
    "report what": Text(
        "{layers} layers, {params} parameters, {macs} MACs per image. It takes images of {shape} (height, width, channels) "
        "and was trained to give each of them back.",
        "레이어 {layers}개, 파라미터 {params}개, 이미지당 {macs} MACs. {shape}(높이, 너비, 채널) 이미지를 받아 그대로 되돌려 "
        "주도록 학습한 네트워크입니다.",
    ),
    "report result": Text(
        "On {images} test images, held out from all training, the mean PSNR is {mean}, the median {median}, the worst "
        "{worst} (higher is better).",
        "학습에 전혀 쓰지 않은 테스트 이미지 {images}장에서 PSNR의 평균은 {mean}, 중앙값은 {median}, 최저는 {worst}입니다"
        "(높을수록 좋습니다).",
    ),
    "report pca above": Text(
        "{numbers} principal components, as many as the code has numbers, do better: {psnr}.",
        "코드의 수만큼인 주성분 {numbers}개를 쓰면 더 낫습니다: {psnr}.",
    ),
    "report pca below": Text(
        "{numbers} principal components, as many as the code has numbers, reach {psnr}.",
        "코드의 수만큼인 주성분 {numbers}개를 쓰면 {psnr}입니다.",
    ),
    "report not finished": Text(
        "The training did not come to its end (status: {status}); this is the best epoch it reached.",
        "학습이 끝까지 가지 못했습니다(상태: {status}). 도달한 에포크 가운데 가장 좋은 것입니다.",
    ),
    "report no pictures": Text(
        "This report has no pictures and no scores of single images. {reason} Where the data have moved, say with --data "
        "where they are.",
        "이 보고서에는 이미지와 이미지별 점수가 없습니다. {reason} 데이터를 옮겼다면 지금 있는 곳을 --data 로 알려 주세요.",
    ),
    # Pictures
    "report pictures": Text("Restored images", "복원한 이미지"),
    "report worst": Text("The worst", "가장 나쁜 것"),
    "report worst of": Text(
        "The {count} images with the lowest PSNR of all {images} test images, the lowest first.",
        "테스트 이미지 {images}장 가운데 PSNR이 가장 낮은 {count}장, 낮은 순서입니다.",
    ),
    "report drawn": Text("Drawn at random", "무작위로 뽑은 것"),
    "report drawn of": Text(
        "{count} of all {images} test images, drawn with seed {seed} whatever their score, in the order of the test images. "
        "An image may also be among the worst.",
        "테스트 이미지 {images}장 모두에서 점수와 상관없이 무작위로 뽑은 {count}장입니다(시드 {seed}). 테스트 이미지의 순서로 "
        "놓았고, 가장 나쁜 것에 든 이미지도 나올 수 있습니다.",
    ),
    "report every": Text("Every test image", "모든 테스트 이미지"),
    "report every of": Text(
        "All {images} test images, the lowest PSNR first: too few to draw some of them.",
        "테스트 이미지 {images}장 모두를 PSNR이 낮은 순서로 놓았습니다. 수가 적어 따로 뽑지 않았습니다.",
    ),
    "report image": Text("test image {number}", "테스트 이미지 {number}"),
    "report scored": Text("PSNR {psnr}", "PSNR {psnr}"),
    "report original": Text("original", "원본"),
    "report restored": Text("restored", "복원"),
    "report difference": Text("difference", "차이"),
    "report scale": Text(
        "The difference is how far the restored image is from the original at each pixel, in each channel: black is none, "
        "full brightness {far} of a range of 1. All images of this section share that scale.",
        "차이는 픽셀과 채널마다 복원한 이미지가 원본에서 얼마나 벗어났는지입니다. 검은색은 0, 가장 밝은 색은 {far}(전체 범위 1)이고, "
        "이 절의 모든 이미지에 같은 눈금을 씁니다.",
    ),
    "report smaller": Text(
        "All pictures are made smaller alike: a pixel shown is the mean of {rows} x {columns} pixels, and so is a pixel of the "
        "difference. The scores are those of the images in their own size.",
        "모든 그림을 똑같이 줄였습니다. 보이는 픽셀 하나가 {rows} x {columns} 픽셀의 평균이며, 차이의 픽셀도 그렇습니다. 점수는 "
        "이미지의 원래 크기에서 잰 값입니다.",
    ),
    "report own size": Text(
        "All pictures are in their own size, smaller where the page is narrow.",
        "모든 그림이 원래 크기이며, 화면이 좁으면 함께 줄어듭니다.",
    ),
    "report enlarged": Text(
        "All pictures are in one zoom: a pixel is a square of {scale} x {scale}, less where the page is narrow.",
        "모든 그림의 배율이 같습니다. 픽셀 하나를 {scale} x {scale} 크기의 정사각형으로 보여 주며, 화면이 좁으면 함께 줄어듭니다.",
    ),
    # Scores
    "report scores": Text("How the scores are spread", "점수의 분포"),
    "report histogram": Text("PSNR of {images} test images", "테스트 이미지 {images}장의 PSNR"),
    "report across": Text("PSNR in dB, higher is better", "PSNR(dB), 높을수록 좋음"),
    "report up": Text("images", "이미지 수"),
    "report mark median": Text("median {value}", "중앙값 {value}"),
    "report mark worst": Text("worst {value}", "최저 {value}"),
    "report histogram text": Text(
        "From {worst} to {best}, half of the images above {median}; the numbers stand in the tables below.",
        "{worst}부터 {best}까지, 절반이 {median}보다 높습니다. 수는 아래 표에 있습니다.",
    ),
    "report figures": Text("PSNR of the single images, in figures", "이미지별 PSNR을 수로"),
    "report figure": Text("Figure", "값의 종류"),
    "report figure worst": Text("worst", "최저"),
    "report figure below": Text("{percent} % of the images are below", "이미지의 {percent} %가 이보다 낮음"),
    "report figure median": Text("median", "중앙값"),
    "report figure best": Text("best", "최고"),
    "report figure mean": Text("mean", "평균"),
    "report figure error": Text("standard error of the mean", "평균의 표준 오차"),
    "report intervals": Text("Images in each interval of PSNR (dB)", "PSNR 구간(dB)마다의 이미지 수"),
    "report from": Text("From", "이상"),
    "report below": Text("To below (the last: up to)", "미만(마지막 구간은 이하)"),
    "report images": Text("Images", "이미지 수"),
    "report exact": Text(
        "{count} images are restored exactly (PSNR ∞) and are left out of these figures.",
        "완전히 똑같이 복원한 이미지 {count}장(PSNR ∞)은 이 값들에서 뺐습니다.",
    ),
    "report agrees": Text(
        "Every test image was restored again for this report with {engine}; the mean agrees with that of the training's end within {within}.",
        "이 보고서를 위해 {engine} 엔진으로 모든 테스트 이미지를 다시 복원했으며, 평균은 학습이 끝났을 때의 값과 {within} 안에서 일치합니다.",
    ),
    "report differs": Text(
        "Every test image was restored again for this report with {engine}. The mean is {mean}, but was {recorded} when the "
        "training ended: the weights have changed since, or another program runs them.",
        "이 보고서를 위해 {engine} 엔진으로 모든 테스트 이미지를 다시 복원했습니다. 평균이 {mean}인데 학습이 끝났을 때는 "
        "{recorded}였습니다. 그 뒤에 가중치가 바뀌었거나 다른 프로그램이 실행했습니다.",
    ),
    # Training, design, maps
    "report training": Text("Training", "학습 과정"),
    "report history": Text("Loss (binary cross-entropy) of the epochs", "에포크별 손실(이진 교차 엔트로피)"),
    "report epoch": Text("Epoch", "에포크"),
    "report training loss": Text("Training", "학습"),
    "report validation loss": Text("Validation", "검증"),
    "report seconds": Text("Seconds", "시간(초)"),
    "report best": Text("Best", "최고"),
    "report yes": Text("best", "최고"),
    "report some epochs": Text(
        "The table shows {shown} of {count} epochs at even steps, and the best one.",
        "표에는 {count}개 에포크 가운데 고른 간격의 {shown}개와 가장 좋은 것이 있습니다.",
    ),
    "report validation": Text(
        "Validation images are a part of the training images: not learned from, but they chose the best epoch, whose weights "
        "these are. The test images chose nothing.",
        "검증 이미지는 학습 이미지의 일부입니다. 배우는 데 쓰지 않았지만 가장 좋은 에포크를 고르는 데 썼고, 가중치는 그 "
        "에포크의 것입니다. 테스트 이미지는 아무것도 고르지 않았습니다.",
    ),
    "report design": Text("The design and its plan", "설계와 계획"),
    "report more layers": Text(
        "The first {shown} of {count} layers are shown.", "레이어 {count}개 가운데 처음 {shown}개입니다."
    ),
    "report no findings": Text("Nothing was found.", "찾은 것이 없습니다."),
    "report more findings": Text(
        "The first {shown} of {count} findings are shown.", "찾은 것 {count}개 가운데 처음 {shown}개입니다."
    ),
    "report maps": Text("What the layers make of one image", "레이어가 이미지 한 장으로 만드는 것"),
    "report maps of": Text(
        "The image is {image}, drawn at random (seed {seed}): no score chose it.",
        "이미지는 무작위로 뽑은 {image}입니다(시드 {seed}). 점수를 보고 고르지 않았습니다.",
    ),
    "report some layers": Text(
        "Shown are {shown} of {count} layers, at even steps.", "레이어 {count}개 가운데 고른 간격의 {shown}개입니다."
    ),
    "report no maps": Text("There are no maps. {reason}", "맵이 없습니다. {reason}"),
    # The model card
    "report card": Text("Model card", "모델 카드"),
    "report card words": Text(
        "The same in short, as Markdown to keep beside the weights (lamella report --card FILE.md writes it as a file).",
        "가중치 곁에 둘 수 있게 Markdown으로 줄인 내용입니다(lamella report --card 파일.md 로 파일에 씁니다).",
    ),
    "card what": Text("What it is", "무엇인가"),
    "card data": Text("Data", "데이터"),
    "card data of": Text(
        "Learned from {data}: {train} training images, a part of which ({share} %) chose the best epoch. Measured on {test} "
        "test images, which were used for nothing else.",
        "학습 데이터는 {data}: 학습 이미지 {train}장이며 그중 일부({share} %)로 가장 좋은 에포크를 골랐습니다. 품질은 다른 데 쓰지 "
        "않은 테스트 이미지 {test}장에서 쟀습니다.",
    ),
    "card fingerprint": Text("Fingerprint: {fingerprint}", "지문: {fingerprint}"),
    "card fitted": Text(
        "{count} images were fitted to the input in size or colours.", "크기나 색을 입력에 맞춘 이미지: {count}장."
    ),
    "card quality": Text("Quality", "품질"),
    "card limits": Text("Limits", "한계"),
    "card limit task": Text(
        "It was trained to give back the image that it gets. Removing noise, blur or other damage was not trained, and not "
        "measured.",
        "받은 이미지를 그대로 되돌려 주도록 학습했습니다. 잡음이나 흐림 같은 손상을 없애는 것은 학습하지도 재지도 않았습니다.",
    ),
    "card limit data": Text(
        "The figures hold for images like those of {data}; nothing was measured on others.",
        "위의 값은 {data}의 것과 비슷한 이미지에 대한 것입니다. 다른 이미지에서는 재지 않았습니다.",
    ),
    "card limit few": Text(
        "Only {count} test images were measured: on others of the same kind the figures would be somewhat different.",
        "테스트 이미지가 {count}장뿐입니다. 같은 종류의 다른 이미지에서는 값이 조금 달라질 수 있습니다.",
    ),
    "card limit size": Text(
        "It takes images of {shape}; lamella restore fits others to that, which costs detail.",
        "{shape} 이미지를 받습니다. 크기나 색이 다르면 lamella restore 가 여기에 맞추며, 그때 세부가 줄어듭니다.",
    ),
    "card limit spread": Text(
        "The mean hides bad images: the worst has {worst}, and one in twenty is below {low}.",
        "평균만으로는 나쁜 이미지가 보이지 않습니다. 최저는 {worst}, 스무 장 가운데 한 장은 {low} 아래입니다.",
    ),
    "card limit findings": Text(
        "lamella check finds in the design: {codes:list}.", "lamella check가 설계에서 찾은 것: {codes:list}."
    ),
    "card made": Text("How it was made", "어떻게 만들었나"),
    "card trained": Text(
        "{epochs} epochs, the best is epoch {best}; begun {began}, {seconds} s with measuring the quality.",
        "에포크 {epochs}개, 가장 좋은 것은 {best}번째. 시작 {began}, 품질 측정까지 {seconds}초.",
    ),
    "card versions": Text("With: {versions}", "버전: {versions}"),
    "card use": Text("How to use it", "쓰는 법"),
    "card use words": Text(
        "{run} is the folder of this run. Restored pictures are PNG of {shape}.",
        "{run} 자리에 이 실행의 폴더를 적습니다. 복원한 그림은 {shape} 크기의 PNG입니다.",
    ),
}
