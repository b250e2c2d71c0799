"""Every network of keras.applications from its config: each shape and weight, and the totals, are the built model's."""

from __future__ import annotations

import keras
import pytest

from lamella import api
from sources.keras_models import FAMILIES, LARGEST, applications, differences, own_layers, save_config

OPEN_INPUT = ("MobileNetV3Large", "MobileNetV3Small")
"""Networks whose input is open where no size is given."""


def check(model, path, known):
    plan = api.plan(save_config(model, path / "m.keras"))
    assert plan.errors == ()
    assert {row.node.type for row in plan.rows if row.node.gives is not None} == known
    assert plan.totals.partial == bool(known)
    assert differences(model, plan) == []
    keras.backend.clear_session()


@pytest.mark.parametrize("name", [name for name in applications() if name not in LARGEST])
def test_with_its_classifier(name, tmp_path):
    size = {"input_shape": (224, 224, 3)} if name in OPEN_INPUT else {}
    check(getattr(keras.applications, name)(weights=None, **size), tmp_path, own_layers(name))


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "VGG16"])
def test_without_its_classifier(name, tmp_path):
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(96, 128, 3))
    check(model, tmp_path, own_layers(name))


def test_a_living_model_gives_the_same_plan(tmp_path):
    model = keras.applications.MobileNetV2(weights=None)
    assert api.read(model) == api.read(save_config(model, tmp_path / "m.keras"))
