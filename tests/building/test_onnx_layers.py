"""Every layer's examples, as far as lamella writes them in ONNX, give in ONNX Runtime what Keras gives."""

from __future__ import annotations

import numpy as np
import pytest

from building.onnx_running import Both
from lamella.building.onnx_model import onnx_model
from lamella.design import INPUT, Design, Node
from lamella.errors import BuildError
from lamella.layers import REGISTRY
from lamella.planning.planner import plan
from oracles import IN_NO_MODEL

pytestmark = pytest.mark.filterwarnings("ignore:You are using a softmax over axis", "ignore:You passed .rms_scaling")

LAYERS = """
AdaptiveAveragePooling1D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling3D Attention
AdditiveAttention CategoryEncoding Discretization Hashing HashedCrossing SimpleRNN LSTM GRU RNN ConvLSTM1D
ConvLSTM2D ConvLSTM3D Masking ReversibleEmbedding AutoContrast ContrastLimitedAdaptiveHistogramEqualization
IntegerLookup StringLookup TextVectorization MultiHeadAttention GroupQueryAttention Bidirectional
MelSpectrogram STFTSpectrogram
"""
OPERATIONS = """
erfinv i0 imag angle signbit isreal cast saturate_cast empty_like sparsemax normalize cumprod nancumsum
nancumprod sort argsort tril triu diff image.pad_images image.crop_images image.extract_patches
image.rgb_to_grayscale image.rgb_to_hsv image.hsv_to_rgb image.gaussian_blur image.sobel_edges image.ssim
image.affine_transform dot inner tensordot outer vdot vsplit median count_nonzero any all nanmean nansum nanmax
nanmin nanvar nanstd nanprod nanmedian nanargmax nanargmin inv cholesky cholesky_inverse det logdet eigh
matrix_rank pinv qr svd solve solve_triangular norm roll rot90 layer_normalization rms_normalization
batch_normalization dot_product_attention psnr binary_crossentropy categorical_crossentropy arctan2 fmax fmin
nextafter heaviside isclose diagonal trace take take_along_axis top_k unstack one_hot multi_hot average quantile
percentile fft fft2 ifft2 rfft irfft extract_sequences stft
"""
NOT_WRITTEN = {*LAYERS.split(), *(f"ops.{name}" for name in OPERATIONS.split())}
"""Types of which no example is written: the set may only shrink."""

PARTLY = """
AdaptiveAveragePooling2D AdaptiveMaxPooling2D Embedding Resizing RandomCrop TimeDistributed UpSampling2D ops.round
ops.array ops.convert_to_tensor ops.zeros_like ops.ones_like ops.full_like ops.softmax ops.log_softmax ops.cumsum
ops.image.resize ops.dstack ops.pad
"""
PARTLY_WRITTEN = {*PARTLY.split()}
"""Types of which some examples are not, for their arguments."""


def designs(name):
    """A design of each example of a type."""
    for arguments, shapes in REGISTRY[name].examples:
        given = [Node(f"x{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
        node = Node("layer", name, dict(arguments), tuple(each.name for each in given))
        yield Design("one", (*given, node), _outputs(Design("one", (*given, node), {"layer": "layer"})))


def _outputs(design):
    """All outputs of the layer, where it has several."""
    count = 1 + len(plan(design).row("layer").more_shapes)
    return {f"layer:{place}" if place else "layer": f"layer:{place}" if place else "layer" for place in range(count)}


def written(design):
    """Whether lamella has ONNX for a design's layers."""
    planned = plan(design)
    weights = {
        f"{row.node.name}/{each.name}": np.zeros(each.shape, "float32") for row in planned.rows for each in row.weights
    }
    try:
        return bool(onnx_model(design, weights, planned))
    except BuildError as error:
        return {each.key for each in error.problems} != {"layer not in onnx"}


COVERAGE = {name: [written(design) for design in designs(name)] for name in REGISTRY if name != INPUT}


def test_what_is_not_written_only_shrinks():
    assert {name for name, found in COVERAGE.items() if not any(found)} == NOT_WRITTEN
    assert {name for name, found in COVERAGE.items() if any(found) and not all(found)} == PARTLY_WRITTEN


@pytest.mark.parametrize(
    ("name", "least"), [("expm1", -20), ("log1p", -0.999), ("sinh", -20), ("tanh", -20), ("arctanh", -0.999)]
)
def test_numbers_near_0_and_far_from_it_keep_their_digits(name, least):
    near = np.geomspace(1e-30, 0.9, 300, dtype=np.float32)
    given = np.concatenate([-near, near, np.linspace(least, min(-least, 0.999), 300, dtype=np.float32)])
    far = np.geomspace(1, 80, 50, dtype=np.float32) ** (5 if name == "log1p" else 1)
    given = given if name == "arctanh" else np.concatenate([given, far])
    nodes = (Node("x", INPUT, {"shape": (len(given),)}), Node("layer", f"ops.{name}", {}, ("x",)))
    both = Both(Design("one", nodes, {"layer": "layer"}), np.random.default_rng(0))
    (expected,), (received,) = both.by_keras([given[None]]), both.by_onnx([given[None]])
    np.testing.assert_allclose(received, expected, rtol=2e-6)


def test_erfc_is_exact_relative_to_1_and_not_to_itself():
    nodes = (Node("x", INPUT, {"shape": (500,)}), Node("layer", "ops.erfc", {}, ("x",)))
    both = Both(Design("one", nodes, {"layer": "layer"}), np.random.default_rng(0))
    given = [np.linspace(-6, 6, 500, dtype=np.float32)[None]]
    (expected,), (received,) = both.by_keras(given), both.by_onnx(given)
    np.testing.assert_allclose(received, expected, rtol=0, atol=3e-7)
    below = given[0] < 1
    np.testing.assert_allclose(received[below], expected[below], rtol=2e-6)


def test_beyond_what_they_are_made_for_functions_end_as_in_keras():
    for name, numbers in (("log1p", [-1, -1.5, -2, -3, np.inf]), ("expm1", [-np.inf, -200, 200, np.inf])):
        nodes = (Node("x", INPUT, {"shape": (len(numbers),)}), Node("layer", f"ops.{name}", {}, ("x",)))
        both = Both(Design("one", nodes, {"layer": "layer"}), np.random.default_rng(0))
        given = [np.array([numbers], np.float32)]
        np.testing.assert_array_equal(both.by_onnx(given), both.by_keras(given))


@pytest.mark.parametrize("name", [name for name, found in COVERAGE.items() if any(found) and name not in IN_NO_MODEL])
def test_examples_give_what_keras_gives(name):
    random = np.random.default_rng(sum(name.encode()))
    for design, wanted in zip(designs(name), COVERAGE[name], strict=True):
        if wanted:
            both = Both(design, random)
            both.compare(both.images([node.arguments["shape"] for node in design.inputs]))
