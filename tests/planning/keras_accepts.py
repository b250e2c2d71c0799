"""What Keras accepts and lamella refuses, each with its reason: those where both must not agree."""

from __future__ import annotations

from lamella.design import BATCH, Node
from lamella.errors import Problem
from lamella.layers import REGISTRY
from lamella.layers.augmentation import Augmentation
from lamella.planning.plan import Plan
from oracles import OF_REGULAR

WITH_KERNELS = [name for name in REGISTRY if "Conv" in name]
WITH_SIZES = [name for name in REGISTRY if name.startswith("Adaptive")]

KERAS_ACCEPTS = {
    ("ops.vdot", "merge ranks"): "it would multiply each image's numbers with those of others",
    ("CustomScaleLayer", "merge ranks"): "it adds from the last axis on, so that images would meet positions",
    ("Concatenate", "axis"): "Keras joins along the batch, and no figure for one image is true",
    ("ops.where", "input count"): "with the condition alone Keras builds a where that has no shape when it runs",
    ("ops.stft", "index outside"): "of an axis that is too short it makes no piece at all, or fails when it runs",
    **{
        (name, "rank"): "it fails when it runs, or fits for some numbers of images only; of logdet Keras asks nothing"
        for name in (*OF_REGULAR, "ops.det", "ops.eigh")
    },
    **{(name, "rank"): "of a row it fails when it runs" for name in ("ops.tril", "ops.triu")},
    ("ops.dot_product_attention", "products"): "values of other sizes: Keras says the query's shape and gives another",
    ("ops.rot90", "arguments conflict"): "Keras swaps the sizes for half turns too, and gives others when it runs",
    ("ops.trace", "index outside"): "the sum of no numbers, or it fails when it runs",
    ("ops.image.ssim", "index outside"): "of a picture smaller than its window it gives no number",
    ("ops.irfft", "index outside"): "of one number it would give none, and TensorFlow ends the process",
    ("ops.extract_sequences", "index outside"): "of an axis that is too short it makes no piece at all",
    ("ops.reshape", "reshape"): "it fits for some numbers of images only",
    ("ops.matmul", "rank"): "a row of one number an image: the product would sum over the images",
    ("ops.squeeze", "squeeze"): "squeezing the batch works for a batch of one only",
    ("Dense", "channels unknown"): "a built layer takes open channels; it fails when it runs",
    ("Input", "no size fits"): "Keras does not ask which sizes an open input may have",
    ("RMSNormalization", "scale axes"): "an axis of size 1 is repeated: it runs and gives another shape than it says",
    **{
        (name, "shares other rank"): "it joins them along the images too, which fits for some numbers of them"
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
    ("ops.psnr", "products"): "pictures of other sizes: it repeats an axis of size 1",
    ("LayerScale", "statistics"): "one channel would be repeated for all the numbers that scale it",
    ("Rescaling", "statistics"): "an axis of size 1 is repeated: it runs and gives another shape than it says",
    **{
        (
            name,
            "shares other input",
        ): "along an axis of size 1 its weights are repeated: it gives another shape than it says"
        for name in (
            "RMSNormalization",
            "LayerNormalization",
            "Normalization",
            "PReLU",
            "AdditiveAttention",
            "Attention",
        )
    },
    **{
        (name, "axis"): "over the batch no figure for one image is true; a wrong axis fails when it runs"
        for name in ("Softmax", "LayerNormalization", "UnitNormalization", "RMSNormalization", "Dot")
    },
    **{
        (name, "channels unknown"): "a built layer takes open sizes; it fails when it runs"
        for name in ("LayerNormalization", "RMSNormalization", "PReLU")
    },
    ("BatchNormalization", "channels unknown"): "a built layer takes open channels; it fails when it runs",
    ("Resizing", "rank"): "it takes a batch of three axes for one picture without a batch",
    ("CenterCrop", "rank"): "it takes a batch of three axes for one picture without a batch",
    **{
        (name, "rank"): "it takes a batch of three axes for one picture without a batch"
        for name in REGISTRY
        if name.startswith("ops.image.")
    },
    ("DepthwiseConv2D", "unequal strides"): "plain TensorFlow fails to run it",
    ("SeparableConv2D", "unequal strides"): "plain TensorFlow fails to run it",
    **{
        (f"Conv{rank}DTranspose", "arguments conflict"): "even window, same, output_padding 0: TensorFlow fails to run"
        for rank in (1, 2, 3)
    },
    **{(name, "channels unknown"): "a built layer takes open channels; it fails when it runs" for name in WITH_KERNELS},
    **{
        (name, "rank"): "Keras' adaptive pooling does not check the number of axes; of others it makes no pooling"
        for name in WITH_SIZES
    },
    **{
        (name, "channels unknown"): "a built layer takes open channels; it fails when it runs"
        for name in ("MultiHeadAttention", "GroupQueryAttention", "EinsumDense", "AdditiveAttention")
    },
    **{
        (name, key): "Keras attends over the images of the batch, or repeats one of them; shown only when it runs"
        for name in ("Attention", "AdditiveAttention")
        for key in ("rank", "merge ranks", "attention sizes")
    },
    ("MultiHeadAttention", "attention axes"): "Keras ignores them over three axes, else attends over batch or heads",
    (
        "MultiHeadAttention",
        "arguments conflict",
    ): "sliding_window: Keras measures it along axis 1, whatever is attended",
    ("MultiHeadAttention", "attention sizes"): "Keras repeats an axis of size 1, which its own shape does not say",
    **{
        ("MultiHeadAttention", key): "a built layer takes any input; it fails when it runs"
        for key in ("shares other rank", "shares other input")
    },
    ("GroupQueryAttention", "rank"): "Keras builds it; it fails when it runs",
    ("MultiHeadAttention", "merge ranks"): "Keras builds it; it fails when it runs",
    ("MultiHeadAttention", "rank"): "Keras builds it; it fails when it runs",
    ("EinsumDense", "einsum sizes"): "with too few sizes it takes one that ... stands for in their place",
    ("EinsumDense", "rank"): "Keras builds it; it fails when it runs",
    (
        "EinsumDense",
        "einsum letters",
    ): "what ... stands for is turned around in the shape that Keras gives, not in the run",
    ("Bidirectional", "arguments conflict"): "joined ways of different sizes: Keras' own shape and run differ",
    **{
        (f"ConvLSTM{rank}D", key): "Keras does not look at what the recurrent part gets; it fails when it runs"
        for rank in (1, 2, 3)
        for key in ("shares other input", "state shape", "input count")
    },
    **{(name, "colours"): "it fails when it trains" for name in REGISTRY if name.startswith("Random") or "Aug" in name},
    **{
        (name, "rank"): "it takes a batch of three axes for one picture, and checks the axes when it runs"
        for name, kind in REGISTRY.items()
        if issubclass(kind, Augmentation)
    },
    **{
        (name, "rank"): "of other axes Keras says one shape and gives another, or mixes the images"
        for name in (
            "CategoryEncoding",
            "Discretization",
            "Hashing",
            "HashedCrossing",
            "IntegerLookup",
            "StringLookup",
            "TextVectorization",
            "MelSpectrogram",
        )
    },
    **{
        ("MelSpectrogram", key): "it fails when it runs, or gives another shape than it says"
        for key in ("frames", "samples")
    },
    ("Concatenate", "merge shapes"): "a shared one is built once, and Keras compares nothing at its second use",
    ("Pipeline", "wrapped layer"): "the axes of pictures are looked at when it runs",
    ("Bidirectional", "state shape"): "around a ConvLSTM, Keras does not look at them; it fails when it runs",
    ("RNN", "rank"): "a cell reads features; with axes between them and the steps Keras' own shape and run differ",
    **{
        (name, "input count"): "Keras leaves further states unread, and hands out too few of them as they come"
        for name in ("SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional")
    },
}
"""What lamella refuses and Keras builds and may run: by layer type and problem, each with its reason."""


def mixes_images(error: Problem, node: Node, known: Plan) -> bool:
    """Whether lamella refuses what Keras builds since to Keras the batch is a size like any open one.

    It fits for one number of images only, or the layer takes another axis for the images.
    """
    if error.key == "rank":
        rows = known.by_name
        moved = any(rows[name].output_shape[:1] != (BATCH,) for name in node.inputs if name in rows)
        return moved and REGISTRY[node.type].batch_first
    sizes = error.facts.get("sizes", ())
    meets = error.key in ("products", "merge shapes") and isinstance(sizes, (list, tuple))
    return error.key == "batch meets" or (meets and any(str(each).endswith(BATCH) for each in sizes))
