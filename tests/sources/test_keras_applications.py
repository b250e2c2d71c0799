"""Every network of keras.applications from its config: each shape and weight, and the totals, are the built model's."""

from __future__ import annotations

import keras
import pytest

from lamella import api
from sources.keras_models import FAMILIES, LARGEST, applications, differences, save_config

OPEN_INPUT = ("MobileNetV3Large", "MobileNetV3Small")
"""Networks whose input is open where no size is given."""


def check(model, path):
    plan = api.plan(save_config(model, path / "m.keras"))
    assert plan.errors == ()
    assert not plan.totals.partial
    assert differences(model, plan) == []
    keras.backend.clear_session()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in applications() if name not in LARGEST])
def test_with_its_classifier(name, tmp_path):
    size = {"input_shape": (224, 224, 3)} if name in OPEN_INPUT else {}
    check(getattr(keras.applications, name)(weights=None, **size), tmp_path)


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "VGG16"])
def test_without_its_classifier(name, tmp_path):
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(96, 128, 3))
    check(model, tmp_path)


def test_a_living_model_gives_the_same_plan(tmp_path):
    model = keras.applications.MobileNetV2(weights=None)
    assert api.read(model) == api.read(save_config(model, tmp_path / "m.keras"))


@pytest.mark.parametrize(
    ("name", "params", "trainable", "gmacs"),
    [
        ("EfficientNetB0", None, 5_288_548, 0.386),
        ("ConvNeXtTiny", None, 28_589_128, 4.456),
        ("VGG19", 143_667_240, 143_667_240, 19.632),
        ("VGG16", 138_357_544, 138_357_544, 15.470),
        ("DenseNet121", 8_062_504, 7_978_856, 2.834),
        ("ResNet50", 25_636_712, None, None),
        ("MobileNetV2", 3_538_984, 3_504_872, 0.301),
        ("Xception", 22_910_480, None, None),
        ("InceptionV3", 23_851_784, None, None),
    ],
)
def test_published_figures(name, params, trainable, gmacs):
    """Parameters: keras.applications; trainable ones and MACs: torchvision 0.29.1, whose networks are the same."""
    totals = api.plan(getattr(keras.applications, name)(weights=None)).totals
    keras.backend.clear_session()
    assert params in (None, totals.params)
    assert trainable in (None, totals.trainable_params)
    assert gmacs in (None, round(totals.macs / 1e9, 3))
