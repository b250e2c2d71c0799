"""Layers of every type that a table of planning/conventions.py names, with the shapes of one image that they take."""

from __future__ import annotations

from lamella.layers.base import REGISTRY

PICTURE, SEQUENCE, VOLUME = (7, 8, 4), (9, 4), (4, 5, 6, 2)
BY_RANK = {1: SEQUENCE, 2: PICTURE, 3: VOLUME}


def layer(type_name, *positional, **named):
    return REGISTRY[type_name](*positional, **named)


def _sliding():
    for rank, shape in BY_RANK.items():
        yield layer(f"Conv{rank}D", 6, 3, 2, "same", activation="relu"), shape
        yield layer(f"Conv{rank}D", 4, 2, groups=2, use_bias=False), shape
        yield layer(f"Conv{rank}D", 4, 3, padding="same", dilation_rate=2), shape
        yield layer(f"Conv{rank}DTranspose", 3, 3, 2, "same", activation="elu"), shape
        yield layer(f"Conv{rank}DTranspose", 3, 3, 2, "same", output_padding=0, use_bias=False), shape
        yield layer(f"Conv{rank}DTranspose", 2, 2, 3), shape
        for name in ("MaxPooling", "AveragePooling"):
            yield layer(f"{name}{rank}D", 2), shape
            yield layer(f"{name}{rank}D", 3, 2, "same"), shape
        for name in ("GlobalMaxPooling", "GlobalAveragePooling"):
            yield layer(f"{name}{rank}D"), shape
            yield layer(f"{name}{rank}D", keepdims=True), shape
        for name in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
            yield layer(f"{name}{rank}D", 2), tuple(4 for size in shape)
        yield layer(f"UpSampling{rank}D", 2), shape
        yield layer(f"ZeroPadding{rank}D", 1), shape
        yield layer(f"Cropping{rank}D", 1), shape
        yield layer(f"SpatialDropout{rank}D", 0.3), shape
    yield layer("Conv1D", 6, 3, padding="causal", dilation_rate=2), SEQUENCE
    for rank in (1, 2):
        shape = BY_RANK[rank]
        for name, first in (("DepthwiseConv", ()), ("SeparableConv", (5,))):
            yield layer(f"{name}{rank}D", *first, 3, 2, "same", depth_multiplier=3), shape
            yield layer(f"{name}{rank}D", *first, 2, use_bias=False, activation="gelu"), shape
    for way in ("bilinear", "bicubic"):
        yield layer("UpSampling2D", (2, 3), interpolation=way), PICTURE


def _others():
    for shape in ((8,), *BY_RANK.values()):
        yield layer("Dense", 3, "softmax"), shape
        yield layer("BatchNormalization"), shape
        yield layer("BatchNormalization", scale=False, center=False), shape
        for name in ("Subtract", "Maximum", "Minimum", "Multiply", "Average", "Add", "Concatenate"):
            yield layer(name), (shape, shape)
        for name in ("LayerNormalization", "GroupNormalization"):
            more = {"groups": 2} if name == "GroupNormalization" else {}
            yield layer(name, **more), shape
            yield layer(name, **more, scale=False), shape
            yield layer(name, **more, scale=False, center=False), shape
        yield layer("RMSNormalization"), shape
        yield layer("UnitNormalization"), shape
        yield layer("PReLU", shared_axes=tuple(range(1, len(shape))) or None), shape
        yield layer("ELU"), shape
        yield layer("LeakyReLU"), shape
        yield layer("ReLU"), shape
        yield layer("ReLU", 6), shape
        yield layer("Softmax"), shape
        yield layer("Activation", "silu"), shape
        for name in ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "StochasticDepth"):
            yield layer(name, 0.3), shape
        yield layer("ActivityRegularization", l2=0.1), shape
        yield layer("Identity"), shape
        yield layer("Flatten"), shape
        yield layer("Reshape", (-1,)), shape
        yield layer("Rescaling", 0.5, 1.0), shape
        yield layer("LayerScale", 0.1, projection_dim=shape[-1]), shape
        yield layer("CustomScaleLayer", 0.2), (shape, shape)
    yield layer("PReLU", shared_axes=(1, 2, 3)), PICTURE
    yield layer("LayerNormalization", (1, 2, 3)), PICTURE
    yield layer("RMSNormalization", (-2, -1)), PICTURE
    yield layer("GroupNormalization", -1, axis=1), PICTURE
    yield layer("Softmax", 1), PICTURE
    yield layer("Permute", (2, 1)), SEQUENCE
    yield layer("RepeatVector", 3), (5,)
    yield layer("Embedding", 20, 6), (5,)


def _products():
    for pair in (((4, 3), (3, 5)), ((2, 4, 3), (2, 3, 5)), ((1, 4, 3), (6, 3, 5)), ((6, 4, 3), (1, 3, 5))):
        yield layer("ops.matmul"), pair
    yield layer("Dot", -1), ((5,), (5,))
    yield layer("Dot", (1, 2)), ((4, 3), (2, 4))
    yield layer("Dot", -1, normalize=True), ((4, 3), (5, 3))
    yield layer("Dot", -1), ((2, 3, 4), (5, 4))
    yield layer("EinsumDense", "abc,cd->abd", (None, 6), bias_axes="d", activation="relu"), (5, 3)
    yield layer("EinsumDense", "abc,cde->abde", (None, 2, 6)), (5, 3)
    yield layer("ops.einsum", "bij,bjk->bik"), ((4, 3), (3, 5))
    yield layer("ops.einsum", "bqhd,bkhd->bhqk"), ((4, 2, 3), (5, 2, 3))


def _sequences():
    for name in ("SimpleRNN", "GRU", "LSTM"):
        yield layer(name, 5), SEQUENCE
        yield layer(name, 3, use_bias=False, return_sequences=True), SEQUENCE
        inner = {name: {"units": 3, "return_sequences": True}}
        for merged in ("concat", "sum"):
            yield layer("Bidirectional", inner, merge_mode=merged), SEQUENCE
        yield layer("Bidirectional", {name: {"units": 2, "use_bias": False}}), SEQUENCE
    yield layer("SimpleRNN", 4, "relu"), SEQUENCE
    yield layer("MultiHeadAttention", 2, 3), ((5, 6), (5, 6))
    yield layer("MultiHeadAttention", 3, 4, 5, use_bias=False), ((5, 6), (7, 4), (7, 3))
    yield layer("MultiHeadAttention", 3, 4, use_gate=True), ((5, 6), (7, 4))
    yield layer("MultiHeadAttention", 2, 4, output_shape=(2, 3)), ((3, 4, 6), (2, 7, 5))
    yield layer("GroupQueryAttention", 3, 4, 2), ((5, 6), (7, 6))
    yield layer("GroupQueryAttention", 3, 6, 1, use_bias=False, use_gate=True), ((5, 6), (7, 6), (7, 4))
    yield layer("TimeDistributed", {"Dense": {"units": 3, "activation": "relu"}}), (5, 4)
    yield layer("TimeDistributed", {"Conv2D": {"filters": 3, "kernel_size": 2}}), (3, *PICTURE)
    yield layer("TimeDistributed", {"BatchNormalization": {}}), (3, *PICTURE)
    yield layer("TimeDistributed", {"Softmax": {}}), (3, 4)
    yield layer("TimeDistributed", {"GlobalAveragePooling2D": {}}), (3, *PICTURE)


def _operators():
    one = ("absolute", "negative", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "erf", "sign", "floor", "ceil")
    for name in one:
        yield layer(f"ops.{name}"), SEQUENCE
    for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum"):
        yield layer(f"ops.{name}"), (SEQUENCE, SEQUENCE)
    for name in ("mean", "sum", "amax", "amin", "var"):
        yield layer(f"ops.{name}", axis=(1, 2)), SEQUENCE
    for name in ("max", "min"):
        yield layer(f"ops.{name}", axis=-1), SEQUENCE
    yield layer("ops.reshape", (-1, 36)), SEQUENCE
    yield layer("ops.transpose", (0, 2, 1)), SEQUENCE
    yield layer("ops.expand_dims", -1), SEQUENCE
    yield layer("ops.squeeze", -1), (9, 1)
    yield layer("ops.repeat", 2, axis=2), SEQUENCE
    yield layer("ops.tile", (1, 1, 2)), SEQUENCE
    yield layer("ops.concatenate", axis=-1), (SEQUENCE, SEQUENCE)
    yield layer("ops.stack", axis=-1), (SEQUENCE, SEQUENCE)
    yield layer("ops.split", 2, axis=-1), SEQUENCE
    yield layer("ops.get_item", [{"start": None, "stop": None, "step": None}, 0]), SEQUENCE


def cases():
    """Each layer with the batch's shapes of its inputs."""
    for found in (_sliding(), _others(), _products(), _sequences(), _operators()):
        for each, shapes in found:
            several = isinstance(shapes[0], tuple)
            yield each, tuple(("B", *shape) for shape in (shapes if several else (shapes,)))
