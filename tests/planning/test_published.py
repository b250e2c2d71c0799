"""Parameters, MACs and receptive fields of published networks with branches, groups and batch normalization."""

from __future__ import annotations

import pytest

from lamella import Model
from planning import networks

RESNET18, RESNET50, RESNET101 = (2, 2, 2, 2), (3, 4, 6, 3), (3, 4, 23, 3)


@pytest.mark.parametrize(
    ("model", "params", "macs", "conv_and_dense_outputs"),
    [
        (networks.resnet(RESNET18, basic=True), 11_689_512, 1_814_073_344, 2_484_712),
        (networks.resnet(RESNET50), 25_557_032, 4_089_184_256, 11_114_984),
        (networks.resnet(RESNET101), 44_549_160, 7_801_405_440, 16_232_936),
    ],
    ids=["ResNet18", "ResNet50", "ResNet101"],
)
def test_torchvision_counts_to_the_last_one(model: Model, params: int, macs: int, conv_and_dense_outputs: int) -> None:
    """Source: torchvision 0.29.1, which leaves out the moving statistics, and fvcore's activation count."""
    known = model.plan()
    assert not known.errors
    assert known.totals.trainable_params == params
    assert known.totals.macs == macs
    counted = [row for row in known.rows if row.macs]
    assert sum(row.activation_bytes // 4 for row in counted) == conv_and_dense_outputs


@pytest.mark.parametrize(
    ("model", "params", "gmacs"),
    [
        (networks.resnet(RESNET50, groups=32), 25_028_904, 4.230),
        (networks.mobilenet_v2(), 3_504_872, 0.301),
        (networks.squeezenet(), 1_248_424, 0.819),
        (networks.densenet121(), 7_978_856, 2.834),
    ],
    ids=["ResNeXt50_32x4d", "MobileNet_V2", "SqueezeNet1_0", "DenseNet121"],
)
def test_torchvision_counts(model: Model, params: int, gmacs: float) -> None:
    """Source: torchvision 0.29.1."""
    totals = model.plan().totals
    assert totals.trainable_params == params
    assert round(totals.macs / 1e9, 3) == pytest.approx(gmacs, abs=1e-9)


@pytest.mark.parametrize(
    ("model", "params"),
    [
        (networks.resnet(RESNET50, bias=True), 25_636_712),
        (networks.mobilenet_v2(), 3_538_984),
        (networks.densenet121(), 8_062_504),
    ],
    ids=["ResNet50", "MobileNetV2", "DenseNet121"],
)
def test_keras_counts_the_moving_statistics_too(model: Model, params: int) -> None:
    """Source: keras.applications."""
    assert model.plan().totals.params == params


@pytest.mark.parametrize(
    ("model", "name", "size", "stride", "padding"),
    [
        (networks.slim_alexnet(), "pool1", 19, 8, 0),
        (networks.slim_alexnet(), "conv2", 51, 8, 16),
        (networks.slim_alexnet(), "pool5", 195, 32, 64),
        (networks.slim_mobilenet(), "Conv2d_13", 315, 32, 126),
        (networks.slim_resnet(), "block1", 35, 8, 15),
        (networks.slim_resnet(), "block2", 99, 16, 47),
        (networks.slim_resnet(), "block4", 483, 32, 239),
    ],
)
def test_receptive_fields(model: Model, name: str, size: int, stride: int, padding: int) -> None:
    """Source: google-research/receptive_field (TF-slim), padding at an input of 224."""
    (field,) = model.plan().row(name).receptive_fields
    assert field.min == field.max == (size, size)
    assert field.stride == ((stride, 1), (stride, 1))
    assert field.start == (-padding, -padding)
    assert field.aligned


def test_receptive_field_of_resnet50_with_the_stride_in_the_3x3() -> None:
    """427 and 32. Source: README of rfa-toolbox, for torchvision's ResNet-50."""
    last = [row for row in networks.resnet(RESNET50).plan().rows if row.node.type == "Add"][-1]
    (field,) = last.receptive_fields
    assert field.max == (427, 427)
    assert field.stride == ((32, 1), (32, 1))
    assert field.aligned
