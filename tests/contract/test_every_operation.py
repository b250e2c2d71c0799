"""Every operation class of Keras: a type of lamella's, or in a table with the reason why not."""

from __future__ import annotations

import importlib
import inspect

import pytest
from keras.src.ops.operation import Operation as KerasOperation

from lamella.layers.operations import operation_type

MODULES = ("numpy", "nn", "core", "math", "linalg", "image", "einops")
FOLDER = "keras.src.ops."

_CALLS_BACK = "it calls a function of the user's, which a design can't hold"
_KERNEL = "its kernel is a tensor without the batch, and a design's nodes all come of inputs with one"
_BITS = "it computes with the bits of whole numbers, or with their divisors: no network does"
_DATA_DECIDES = "how large its result is depends on the numbers"
_MAKES = "it takes no tensor of a network: Keras computes it at once"
_NOT_RUN = "Keras builds it for images and TensorFlow fails to run it"
_WRONG = "Keras' own shape is not the one that it gives when it runs"
_MIXES = "it takes a row, or one matrix: of images it would mix all"
_BATCH_SIZE = "the number of images would stand among its arguments"
_COMPLEX = "complex numbers, of which a design has no type"
_NOT_YET = "lamella does not know it yet"

NOT_TYPES = {
    f"{module}.{name}": reason
    for reason, module, names in (
        (_CALLS_BACK, "core", "AssociativeScan Cond ForiLoop Map Scan Switch VectorizedMap WhileLoop"),
        (_CALLS_BACK, "linalg", "JVP"),
        (_KERNEL, "nn", "Conv ConvTranspose DepthwiseConv SeparableConv"),
        (_BITS, "numpy", "BitwiseAnd BitwiseInvert BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor"),
        (_BITS, "numpy", "Gcd Lcm Ldexp LeftShift RightShift UnravelIndex"),
        (_DATA_DECIDES, "numpy", "Bincount Histogram Nonzero Unique"),
        (_MAKES, "numpy", "Arange Full Geomspace Linspace Logspace"),
        (_NOT_RUN, "numpy", "Argpartition"),
        (_NOT_RUN, "linalg", "LuFactor"),
        (_WRONG, "numpy", "Corrcoef Ndim Slogdet"),
        (_WRONG, "nn", "AdaptiveAveragePool AdaptiveMaxPool"),
        (_MIXES, "numpy", "Correlate Diag Diagflat Digitize IsIn Meshgrid SearchSorted Vander"),
        (_MIXES, "linalg", "Lstsq"),
        (_MIXES, "math", "SegmentMax SegmentMin SegmentProd SegmentReduction SegmentSum"),
        (_BATCH_SIZE, "numpy", "BroadcastTo"),
        (_BATCH_SIZE, "core", "Scatter"),
        (_COMPLEX, "math", "ViewAsComplex ViewAsReal"),
        (_COMPLEX, "nn", "Polar"),
        (_COMPLEX, "linalg", "Eig"),
        (_NOT_YET, "numpy", "AllClose Append Cross Kron Nanpercentile Nanquantile Select Size Trapezoid View"),
        (_NOT_YET, "nn", "CTCDecode CTCLoss Fold SparseCategoricalCrossentropy Unfold"),
        (_NOT_YET, "core", "ScatterUpdate SliceUpdate"),
        (_NOT_YET, "math", "CDist ISTFT InTopK"),
        (_NOT_YET, "image", "ElasticTransform MapCoordinates PerspectiveTransform ScaleAndTranslate"),
        (_NOT_YET, "einops", "Rearrange"),
    )
    for name in names.split()
}
"""Keras' operations that stay opaque rows of a plan."""


def operations() -> list[tuple[str, str]]:
    found = []
    for name in MODULES:
        module = importlib.import_module(FOLDER + name)
        for each, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, KerasOperation) and value.__module__ == module.__name__:
                found.append((name, each))
    return found


@pytest.mark.parametrize(("module", "class_name"), operations())
def test_every_operation_is_a_type_or_has_a_reason(module: str, class_name: str) -> None:
    known = operation_type(FOLDER + module, class_name) is not None
    assert known != (f"{module}.{class_name}" in NOT_TYPES)


def test_the_table_names_operations_only() -> None:
    assert {*NOT_TYPES} <= {f"{module}.{name}" for module, name in operations()}
