"""Words of the claims: what is claimed of a layer, and what was measured of it."""

from __future__ import annotations

from typing import Final

from lamella.texts.languages import Text

CLAIMED: Final[dict[str, Text]] = {
    "claims title": Text("What is said of layers, measured", "레이어에 대한 말들을 재어 보다"),
    "claim padding": Text("Padding keeps the size and uses the border", "패딩은 크기를 지키고 경계를 쓴다"),
    "claim padding map": Text("{padding}, {layers} deep: {size} left", "{padding}, {layers}층: {size} 남음"),
    "claimed padding": Text(
        "{layers} convolutions of {kernel}x{kernel} over {size}x{size} pixels. Without padding {valid}x{valid} are left, and a corner pixel has "
        "{valid_corner} way to them, one in the middle {valid_most}. With padding same {same}x{same} stay, and the "
        "corner has {same_corner} ways of {same_most}: {same_share}. The stronger a square, the more ways; above the same for one convolution.",
        "{size}x{size} 픽셀 위의 {kernel}x{kernel} 합성곱 {layers}층입니다. 패딩이 없으면 {valid}x{valid}만 남고, 거기에 닿는 길이 모서리 픽셀은 "
        "{valid_corner}가지, 가운데 픽셀은 {valid_most}가지입니다. same 패딩이면 {same}x{same} 그대로이고 모서리의 길은 {same_most}가지 "
        "가운데 {same_corner}가지({same_share})입니다. 칸이 진할수록 길이 많습니다. 위는 합성곱 하나일 때입니다.",
    ),
    "claimed padding picture": Text(
        "{layers} convolutions of {kernel}x{kernel} over {file}, taken as {height}x{width} grey pixels; the more orange a pixel, the fewer ways lead "
        "from it to the output, and the frame is what is left. Without padding that is {valid}: {lost} of the places are gone, "
        "and a corner pixel has {valid_share} of the ways of one in the middle. With padding same nothing is gone, and the "
        "corner has {same_share}.",
        "{file} 이미지를 {height}x{width} 회색조 픽셀로 읽어 {kernel}x{kernel} 합성곱을 {layers}층 쌓았습니다. 출력에 이르는 길이 적은 픽셀일수록 주황색이 진하고, 테두리 안이 "
        "남는 범위입니다. 패딩이 없으면 {valid}만 남고(사라지는 자리 {lost}), 모서리 픽셀의 길은 가운데의 {valid_share}입니다. same 패딩이면 "
        "사라지는 자리가 없고 모서리의 길은 가운데의 {same_share}입니다.",
    ),
    "claim stride": Text(
        "A stride saves work, and beyond the kernel it skips pixels",
        "스트라이드는 계산을 줄이고, 커널보다 크면 픽셀을 건너뛴다",
    ),
    "claim stride map": Text("stride {stride}: {size}, {macs} MACs", "스트라이드 {stride}: {size}, {macs} MACs"),
    "claimed stride": Text(
        "One convolution of {kernel}x{kernel} over {size}x{size} pixels. Stride 1 gives {first}x{first} for {first_macs} MACs, stride 2 "
        "{second}x{second} for {second_macs}. With stride {last_stride}, wider than the kernel, {last}x{last} are left and "
        "{unseen} of {every} pixels are used by no output (crossed out).",
        "{size}x{size} 픽셀 위의 {kernel}x{kernel} 합성곱 하나입니다. 스트라이드 1은 {first}x{first}, {first_macs} MACs이고 스트라이드 2는 "
        "{second}x{second}, {second_macs} MACs입니다. 커널보다 큰 스트라이드 {last_stride}에서는 {last}x{last}만 남고, 픽셀 {every}개 가운데 "
        "{unseen}개는 어느 출력도 쓰지 않습니다(가위표).",
    ),
    "claim stride unused": Text(
        "Pixels that no output uses (orange), by stride", "스트라이드별로 어느 출력도 쓰지 않는 픽셀(주황색)"
    ),
    "claim stride outputs": Text(
        "What is left: edges by Sobel's kernels, every output as large as the picture",
        "남는 것: Sobel 커널로 찾은 가장자리(출력을 모두 같은 크기로 그림)",
    ),
    "claimed stride picture": Text(
        "One convolution of {kernel}x{kernel} without padding over {file}, taken as {height}x{width} grey pixels. Stride 1 gives {first} for "
        "{first_macs} MACs, stride {last_stride} {last} for {last_macs}; it is wider than the kernel, and {unseen} of the "
        "pixels are used by no output.",
        "{file} 이미지를 {height}x{width} 회색조 픽셀로 읽어 패딩 없는 {kernel}x{kernel} 합성곱을 하나 적용했습니다. 스트라이드 1에서는 출력이 {first}이고 {first_macs} MACs가 "
        "들며, 스트라이드 {last_stride}에서는 {last}에 {last_macs} MACs가 듭니다. 커널보다 큰 이 스트라이드에서는 어느 출력도 쓰지 않는 픽셀이 {unseen} 생깁니다.",
    ),
    "claim checkerboard": Text("Uneven overlap leaves a checkerboard", "고르지 않은 겹침은 체커보드 무늬를 남긴다"),
    "claim checkerboard three": Text("Conv2DTranspose, kernel 3: {part}", "Conv2DTranspose, 커널 3: {part}"),
    "claim checkerboard four": Text("Conv2DTranspose, kernel 4: {part}", "Conv2DTranspose, 커널 4: {part}"),
    "claim checkerboard up": Text("UpSampling2D and Conv2D: {part}", "UpSampling2D와 Conv2D: {part}"),
    "claim checkerboard equal": Text("Equal weights", "모두 같은 가중치"),
    "claim checkerboard random": Text("Random weights, one draw", "무작위 가중치 한 벌"),
    "claim checkerboard trained": Text("Trained to enlarge digits", "숫자를 키우도록 학습한 가중치"),
    "claimed checkerboard": Text(
        "A constant picture enlarged by 2, away from the border: grey is 0, white the largest number. With equal weights, {three} "
        "of the energy repeats with period 2 for kernel 3, {four} for kernel 4, {up} for UpSampling2D with Conv2D. Over {draws} draws "
        "of random weights it is {three_random}, {four_random} and {up_random}. With the weights that best give {images} digits "
        "back from their halves (mean squared error {three_error}, {four_error}, {up_error}) the parts are {three_trained}, "
        "{four_trained} and {up_trained}: training takes most of a board away, an uneven overlap keeps more of it, and of the "
        "three only UpSampling2D with Conv2D can't make one.",
        "일정한 값의 이미지를 두 배로 키우고 경계를 뺀 것으로, 회색이 0, 흰색이 가장 큰 값입니다. 가중치가 모두 같으면 주기 2로 되풀이되는 에너지가 커널 "
        "3에서 {three}, 커널 4에서 {four}, UpSampling2D와 Conv2D에서 {up}입니다. 무작위 가중치 {draws}벌에서는 차례로 {three_random}, {four_random}, "
        "{up_random}입니다. 반으로 줄인 숫자 {images}개를 가장 잘 되돌리는 가중치(평균 제곱 오차 {three_error}, {four_error}, {up_error})에서는 그 "
        "비율이 {three_trained}, {four_trained}, {up_trained}입니다. 학습하면 무늬가 대부분 사라지지만 겹침이 고르지 않으면 더 많이 남고, 셋 가운데 "
        "무늬를 아예 만들 수 없는 것은 UpSampling2D와 Conv2D뿐입니다.",
    ),
    "claim pooling": Text("Pooling widens the receptive field", "풀링은 수용 영역을 넓힌다"),
    "claim pooling alone": Text(
        "What the output in the middle sees: the frame by the plan, the more orange the larger the gradient",
        "가운데 출력이 보는 곳: 테두리는 계획의 수용 영역, 기울기가 클수록 주황색이 진함",
    ),
    "claim pooling back": Text(
        "Two poolings, then UpSampling2D(4) and a convolution: four neighbouring outputs (phases)",
        "풀링 둘 뒤에 UpSampling2D(4)와 합성곱: 이웃한 출력 넷(위상)",
    ),
    "claim pooling convolution": Text("three convolutions: {size}x{size}", "합성곱 셋: {size}x{size}"),
    "claim pooling phase": Text("phase {number}: {size}x{size}", "위상 {number}: {size}x{size}"),
    "claim pooling pooling": Text("with pooling behind each: {size}x{size}", "각각 뒤에 풀링: {size}x{size}"),
    "claimed pooling": Text(
        "Three convolutions of 3x3 see {without}x{without} pixels by the plan; with a pooling of 2x2 behind each, "
        "{pooled}x{pooled}. Changing one pixel of {size}x{size} after another reached the middle output from squares of "
        "{without_reached}x{without_reached} and {pooled_reached}x{pooled_reached}. The effective field, the fewest pixels that "
        "hold 95 % of the squared gradient, is as large as a square with a side of {without_effective} and {pooled_effective} "
        "pixels. Behind an upsampling by 4 neighbouring outputs see fields of different sizes: sides of {phases}.",
        "계획에 따르면 3x3 합성곱 셋은 {without}x{without} 픽셀을 보고, 각각 뒤에 2x2 풀링이 있으면 {pooled}x{pooled} 픽셀을 봅니다. {size}x{size} "
        "픽셀을 하나씩 바꾸어 보니 가운데 출력이 달라진 범위는 차례로 {without_reached}x{without_reached}, {pooled_reached}x{pooled_reached}입니다. "
        "기울기 제곱의 95%를 담는 가장 적은 픽셀, 곧 유효 수용 영역은 한 변이 차례로 {without_effective}, {pooled_effective} 픽셀인 정사각형만 합니다. "
        "네 배 업샘플링 뒤에서는 이웃한 출력끼리도 보는 크기가 달라, 한 변이 차례로 {phases} 픽셀입니다.",
    ),
    "claimed pooling picture": Text(
        "Laid over {file}, taken as {height}x{width} grey pixels: three convolutions of 3x3 see {without}x{without} of them by the "
        "plan, and with a pooling of 2x2 behind each {pooled}x{pooled}. The gradients lie mostly in the middle of the frame: 95 % "
        "of their squares on as many pixels as a square with a side of {without_effective} and {pooled_effective}. Behind an "
        "upsampling by 4 neighbouring outputs see fields of different sizes: sides of {phases}.",
        "{file} 이미지를 {height}x{width} 회색조 픽셀로 읽어 그 위에 겹쳐 그렸습니다. 계획에 따르면 3x3 합성곱 셋은 {without}x{without} 픽셀을, 각각 뒤에 2x2 "
        "풀링이 있으면 {pooled}x{pooled} 픽셀을 봅니다. 기울기는 테두리 한가운데에 몰려, 그 제곱의 95%가 한 변이 차례로 {without_effective}, "
        "{pooled_effective} 픽셀인 정사각형만 한 넓이에 담깁니다. 네 배 업샘플링 뒤에서는 이웃한 출력끼리도 보는 크기가 달라, 한 변이 차례로 {phases} 픽셀입니다.",
    ),
    "claim shift": Text("Pooling steadies features against a shift", "풀링을 거친 특징은 이동에 덜 흔들린다"),
    "claim shift across": Text("shift in px", "이동한 픽셀 수"),
    "claim shift up": Text("cosine between features before and after", "이동 전후 특징의 코사인"),
    "claim shift strides": Text("strides", "스트라이드"),
    "claim shift max pooling": Text("max pooling", "최대 풀링"),
    "claim shift average pooling": Text("average pooling", "평균 풀링"),
    "claim shift blur pooling": Text("blur pooling", "블러 풀링"),
    "claimed shift": Text(
        "{images} digits and the same digits moved by 1 to {most} pixels, through two convolutions with ReLU and random weights, each made "
        "smaller by 2. The cosine between both features (1 is no change) after 1 pixel is {strides} with strides, {max} with max "
        "pooling, {average} with average pooling and {blur} with blur pooling, a maximum at every pixel that is then smoothed; "
        "after {most} pixels {strides_far}, {max_far}, {average_far} and {blur_far}. Means of 4 directions and {draws} draws of weights.",
        "숫자 {images}개와 그것을 1~{most}픽셀 옮긴 것을, ReLU가 있는 무작위 가중치의 합성곱 둘에 통과시키고 각각 반으로 줄였습니다. 1픽셀 옮겼을 때 두 특징의 "
        "코사인(1이면 변화 없음)은 스트라이드 {strides}, 최대 풀링 {max}, 평균 풀링 {average}, 모든 픽셀에서 최댓값을 구해 매끄럽게 하는 블러 풀링 "
        "{blur}입니다. {most}픽셀이면 차례로 {strides_far}, {max_far}, {average_far}, {blur_far}입니다. 네 방향과 가중치 {draws}벌의 평균입니다.",
    ),
    "claimed shift picture": Text(
        "The inside of {file}, taken as {height}x{width} grey pixels, and windows moved from it by 1 to {most} pixels, through two "
        "convolutions with ReLU and random weights, each made smaller by 2. The cosine between both features (1 is no change) after "
        "1 pixel is {strides} with strides, {max} with max pooling, {average} with average pooling and {blur} with blur pooling; "
        "after {most} pixels {strides_far}, {max_far}, {average_far} and {blur_far}. Means of 4 directions and {draws} draws of weights.",
        "{file} 이미지를 {height}x{width} 회색조 픽셀로 읽어, 그 안쪽과 거기서 1~{most}픽셀 옮긴 창을 ReLU가 있는 무작위 가중치의 합성곱 둘에 통과시키고 각각 반으로 "
        "줄였습니다. 1픽셀 옮겼을 때 두 특징의 코사인(1이면 변화 없음)은 스트라이드 {strides}, 최대 풀링 {max}, 평균 풀링 {average}, 블러 풀링 "
        "{blur}입니다. {most}픽셀이면 차례로 {strides_far}, {max_far}, {average_far}, {blur_far}입니다. 네 방향과 가중치 {draws}벌의 평균입니다.",
    ),
    "claim dense": Text("Dense layers condense or enrich", "Dense 레이어는 압축하거나 늘린다"),
    "claim dense pixels": Text("pixels", "픽셀"),
    "claim dense condensed": Text("condensed", "압축"),
    "claim dense enriched": Text("enriched", "늘림"),
    "claim dense enriched relu": Text("enriched, ReLU", "늘림, ReLU"),
    "claim dense across": Text("singular value, by size", "큰 순서의 특잇값"),
    "claim dense up": Text("singular value, of the largest", "가장 큰 것에 대한 특잇값"),
    "claimed dense": Text(
        "{images} digits of {pixels} pixels have rank {pixels_rank}: so many numbers of an image say something of their own. A Dense "
        "with {condensed} units leaves {condensed_rank}. One with {enriched} units makes more numbers, and without an "
        "activation nothing new: rank {enriched_rank}. With ReLU the same layer reaches rank {enriched_relu_rank}, the most "
        "that {images} images can have.",
        "{pixels} 픽셀인 숫자 {images}개의 랭크는 {pixels_rank}입니다. 이만큼의 수가 저마다 새로운 것을 말합니다. 유닛이 {condensed}개인 Dense를 지난 뒤의 "
        "랭크는 {condensed_rank}입니다. 유닛이 {enriched}개면 수는 많아지지만 활성화가 없으면 새로운 것이 없어 랭크는 {enriched_rank}입니다. ReLU가 "
        "있으면 같은 레이어의 랭크가 {enriched_relu_rank}까지 커집니다(이미지 {images}장의 최대는 {images}).",
    ),
    "claim bias": Text("A bias answers where the input is 0", "편향은 입력이 0인 곳에서 답한다"),
    "claim bias wanted": Text("wanted: 1 - x", "목표: 1 - x"),
    "claim bias with": Text("with bias", "편향 있음"),
    "claim bias without": Text("without bias", "편향 없음"),
    "claim bias across": Text("pixel x", "픽셀 x"),
    "claim bias up": Text("output", "출력"),
    "claimed bias": Text(
        "One unit shall turn {images} digits into their negatives, 1 - x for every pixel; the best weights are solved for "
        "exactly. With a bias the mean squared error is {with_error}. Without one the output for a black pixel is 0 whatever "
        "the weight; the best weight is {weight}, and the error {without_error}.",
        "유닛 하나로 숫자 {images}개를 음화로, 곧 픽셀마다 1 - x로 바꿉니다. 가장 좋은 가중치를 정확히 풀었습니다. 편향이 있으면 평균 제곱 오차가 "
        "{with_error}입니다. 편향이 없으면 검은 픽셀의 출력은 가중치와 상관없이 0이고, 가장 좋은 가중치 {weight}에서도 오차가 {without_error}입니다.",
    ),
    "claim depth": Text("Depth multiplies the cost and shrinks gradients", "깊이는 비용을 곱하고 기울기를 줄인다"),
    "claim depth plain start": Text("plain, start", "그대로, 시작"),
    "claim depth plain trained": Text("plain, trained (dashed)", "그대로, 학습 뒤(점선)"),
    "claim depth normalised start": Text("normalised, start", "정규화, 시작"),
    "claim depth normalised trained": Text("normalised, trained (dashed)", "정규화, 학습 뒤(점선)"),
    "claim depth skips start": Text("skips, start", "건너뛰기, 시작"),
    "claim depth skips trained": Text("skips, trained (dashed)", "건너뛰기, 학습 뒤(점선)"),
    "claim depth up": Text("gradient's norm, of the last layer's", "마지막 레이어에 대한 기울기의 크기"),
    "claimed depth": Text(
        "{depth} dense layers of {units} units with sigmoid, to tell digits apart: {every} MACs, of one layer {one}. At the first layer's "
        "kernel the gradient has {plain} times the norm that it has at the last before training, and {plain_trained} times after "
        "{steps} steps of Adam; with a batch normalization before each sigmoid {normalised} and {normalised_trained} times, with a "
        "skip around each layer {skips} and {skips_trained} times. The loss is then {plain_loss}, {normalised_loss} and "
        "{skips_loss}; {guess} is that of guessing. Geometric means of {draws} draws of weights.",
        "숫자를 구별하는, sigmoid가 있는 {units} 유닛의 Dense 레이어 {depth}개는 {every} MACs, 하나는 {one} MACs입니다. 첫 레이어 커널의 기울기 크기는 학습 "
        "전에 마지막 레이어의 {plain}배, Adam으로 {steps}스텝 학습한 뒤에도 {plain_trained}배입니다. sigmoid 앞마다 배치 정규화를 두면 차례로 "
        "{normalised}배와 {normalised_trained}배, 레이어마다 건너뛰는 길을 두면 {skips}배와 {skips_trained}배입니다. 학습 뒤의 손실은 차례로 "
        "{plain_loss}, {normalised_loss}, {skips_loss}이고, 찍었을 때의 손실이 {guess}입니다. 가중치 {draws}벌의 기하 평균입니다.",
    ),
    "claim loss": Text("cross-entropy", "교차 엔트로피"),
    "claim held out": Text("held out", "남겨 둔 이미지"),
    "claim gap": Text("gap", "차이"),
    "claim edges": Text("Convolution finds edges", "합성곱은 가장자리를 찾는다"),
    "claim edges sobel": Text("Sobel's kernels, in eight directions", "여덟 방향의 Sobel 커널"),
    "claim edges learned": Text(
        "Learned by a classifier of digits; below each how alike it is to one of Sobel's",
        "숫자 분류기가 배운 필터. 아래는 Sobel 커널과 닮은 정도",
    ),
    "claim edges before": Text("The same before training", "같은 필터의 학습 전 모습"),
    "claim edges random": Text("Random", "무작위"),
    "claimed edges": Text(
        "Sobel's kernels in eight directions; the eight 3x3 filters that a small classifier of digits ({accuracy} right on held-out "
        "digits) has learned in its first layer; the same before training; random ones. How alike a filter is to Sobel's, as the "
        "largest absolute cosine over directions and shifts of a pixel: learned {learned} (the most alike {best}), before {before}, "
        "random {random}. Learned filters are more alike to edge detectors than chance, and no copies of Sobel's.",
        "여덟 방향의 Sobel 커널, 작은 숫자 분류기(남겨 둔 숫자의 정답률 {accuracy})가 첫 레이어에서 배운 3x3 필터 여덟 개, 같은 필터의 학습 전 모습, 무작위 "
        "필터입니다. 방향과 한 픽셀 이동을 바꾸어 본 코사인 절댓값의 최대로 잰 Sobel과의 닮음은 학습 뒤 {learned}(가장 닮은 것 {best}), 학습 전 {before}, "
        "무작위 {random}입니다. 배운 필터는 우연보다 가장자리 검출기를 닮았지만 Sobel과 같지는 않습니다.",
    ),
    "claim edges photograph": Text("the picture", "이미지"),
    "claim edges sobel map": Text("edges by Sobel's kernels", "Sobel 커널로 찾은 가장자리"),
    "claim edges most map": Text("the learned filter most alike: {alike}", "가장 닮은 배운 필터: {alike}"),
    "claim edges least map": Text("the learned filter least alike: {alike}", "가장 덜 닮은 배운 필터: {alike}"),
    "claimed edges picture": Text(
        "{file}, taken as {height}x{width} grey pixels, its edges by Sobel's kernels (the length of both directions), and what the "
        "eight filters answer to it, without their signs, that a small classifier has learned on digits ({accuracy} right on "
        "held-out digits). The correlation of such a map with Sobel's is {learned_map} on average, {best_map} at most and "
        "{least_map} at least; of {randoms} random filters it is {random_map}. A filter whose numbers do not add up to 0 answers to brightness too, which "
        "digits have little of and photographs much.",
        "{file} 이미지를 {height}x{width} 회색조 픽셀로 읽은 것, Sobel 커널로 찾은 가장자리(두 방향을 합친 크기), 그리고 작은 분류기가 숫자에서 배운 필터 여덟 개(남겨 "
        "둔 숫자의 정답률 {accuracy})가 같은 이미지에 낸 값의 절댓값입니다. Sobel의 결과와 이루는 상관 계수는 평균 {learned_map}, 최대 {best_map}, 최소 "
        "{least_map}이고, 무작위 필터 {randoms}개의 평균은 {random_map}입니다. 값의 합이 0이 아닌 필터는 밝기에도 답하는데, "
        "숫자는 대부분 어둡지만 사진은 그렇지 않습니다.",
    ),
    "claim flatten": Text("Flattening loses locality", "펼치면 이웃을 잃는다"),
    "claim flatten dense": Text("dense", "Dense만"),
    "claim flatten dense_shuffled": Text("dense, shuffled", "Dense, 섞음"),
    "claim flatten conv": Text("convolution", "합성곱"),
    "claim flatten conv_shuffled": Text("convolution, shuffled", "합성곱, 섞음"),
    "claimed flatten": Text(
        "{images} digits as they are, and with their pixels in one random order, the same for all. After {epochs} epochs the "
        "dense net's held-out loss is {dense} in order and {dense_shuffled} shuffled: behind Flatten it never knew which pixels "
        "are neighbours. That of the convolutional net is {conv} in order and {conv_shuffled} shuffled.",
        "숫자 {images}개를 그대로, 또 픽셀을 모두 같은 무작위 순서로 섞어 학습했습니다. {epochs}에포크 뒤 남겨 둔 이미지의 손실은 Dense 네트워크가 그대로 {dense}, "
        "섞어서 {dense_shuffled}입니다. Flatten 뒤에서는 어느 픽셀이 이웃인지 애초에 모릅니다. 합성곱 네트워크는 그대로 {conv}, 섞어서 {conv_shuffled}입니다.",
    ),
    "claim overfitting": Text("Many parameters overfit few images", "이미지가 적으면 많은 파라미터는 과적합한다"),
    "claimed overfitting": Text(
        "One hidden layer of {least} to {most} units, {epochs} epochs on the same {images} digits. With {first} parameters the held-out loss lies "
        "{first_gap} above the training loss, with {last} it lies {last_gap} above ({last_training} and {last_held_out}). The "
        "largest is right on {last_accuracy} of the held-out digits all the same, the smallest on {first_accuracy}: the gap "
        "says how much was learned by heart, not which net is better.",
        "유닛이 {least}~{most}개인 은닉층 하나를 같은 숫자 {images}개로 {epochs}에포크 학습했습니다. 남겨 둔 이미지의 손실과 학습 손실의 차이가 파라미터 {first}개일 때 {first_gap}, "
        "{last}개일 때 {last_gap}입니다({last_training} 대 {last_held_out}). 그래도 남겨 둔 숫자의 정답률은 가장 큰 것이 {last_accuracy}, 가장 작은 것이 "
        "{first_accuracy}입니다. 차이는 얼마나 외웠는지를 말할 뿐, 어느 네트워크가 나은지를 말하지 않습니다.",
    ),
}
