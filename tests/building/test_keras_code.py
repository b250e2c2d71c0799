"""The laws of written Keras code: run by Keras, and by lamella after a change of imports, it gives the same design."""

from __future__ import annotations

from collections import Counter

import keras
import pytest
from hypothesis import Phase, given, settings

from building.keras_code import run_by_keras, run_by_lamella, whole
from lamella import api
from lamella.building.keras_code import write
from lamella.building.keras_names import keras_model_name, keras_names
from lamella.design import INPUT, Design, Node
from lamella.errors import DesignError
from lamella.layers import REGISTRY, normal_form
from planning.designs import designs
from sources.test_keras_round_trip import whole as all_read

pytestmark = [
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]

DESIGNS = 300


def check(design: Design) -> str:
    """Both laws. What Keras itself stores otherwise than it was given is taken from the model that lamella builds."""
    text = write(design)
    keras.backend.clear_session(free_memory=False)
    names = keras_names(design)
    assert whole(api.read(run_by_keras(text))) == whole(api.read(api.build(design)))
    again = run_by_lamella(text)
    assert whole(again) == whole(design, names)
    assert again.name == (keras_model_name(design) or "")
    return text


def one_layer(type_name: str, arguments: dict[str, object], shapes: tuple[object, ...]) -> Design:
    nodes = [Node(f"x{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
    inputs = tuple(node.name for node in nodes)
    nodes.append(Node("y", type_name, normal_form(type_name, dict(arguments)), inputs))
    return Design("", tuple(nodes), {"y": "y"})


@pytest.mark.parametrize("name", api.ready_designs())
def test_ready_designs(name):
    design = api.ready_design(name)
    again = run_by_lamella(check(design))
    assert (again.nodes, again.outputs) == (design.nodes, design.outputs)


@pytest.mark.parametrize("type_name", [name for name in REGISTRY if name != INPUT])
def test_every_layer_type(type_name):
    for arguments, shapes in REGISTRY[type_name].examples:
        check(one_layer(type_name, arguments, shapes))


def test_random_designs():
    seen: Counter[str] = Counter()

    @settings(max_examples=DESIGNS, phases=[Phase.generate, Phase.shrink])
    @given(designs())
    def there_and_back(drawn: Design) -> None:
        design = all_read(drawn)
        if api.plan(design).errors:
            with pytest.raises(DesignError, match=r"The design has \d+ error"):
                write(design)
            seen["refused"] += 1
            return
        check(design)
        seen["agreed"] += 1

    there_and_back()
    assert seen["agreed"] >= DESIGNS // 3
    assert seen["refused"] >= DESIGNS // 10


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV3Small", "EfficientNetB0", "InceptionV3"])
def test_networks_of_keras(name):
    size = {"input_shape": (224, 224, 3)} if name == "MobileNetV3Small" else {}
    keras.backend.clear_session(free_memory=False)
    design = api.read(getattr(keras.applications, name)(weights=None, **size))
    text = write(design)
    found = api.read(run_by_keras(text))
    assert whole(found) == whole(design) == whole(run_by_lamella(text))
    assert api.plan(found).totals == api.plan(design).totals
    keras.backend.clear_session(free_memory=False)
