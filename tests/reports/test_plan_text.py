"""A plan as text: what is not known is said of the figure that it is of, with the layers, in both languages."""

from __future__ import annotations

import re

import pytest

from lamella import Model
from lamella.design import INPUT, Design, Node
from lamella.layers import LSTM, Add, Conv2D, ConvLSTM2D, Dense, Flatten, GlobalAveragePooling2D, Input, UpSampling2D
from lamella.layers.base import REGISTRY
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.reports.plan_text import plan_text
from lamella.sources.yaml_file import read


def recurrent(**options: object) -> Plan:
    sequence = Input((5, 3), name="sequence")
    x = sequence
    for name in ("one", "two", "three", "four"):
        x = LSTM(2, return_sequences=True, name=name)(x)
    return Model(sequence, Dense(2, name="last")(x)).plan(**options)


def open_skip() -> Plan:
    image = Input((None, None, 3), name="image")
    x = UpSampling2D(name="up")(Conv2D(60, 3, 2, "same", name="down")(image))
    x = Add(name="both")([image, Conv2D(3, 3, padding="same", name="last")(x)])
    return Model(image, GlobalAveragePooling2D(name="mean")(x)).plan()


def test_a_figure_is_partial_by_itself() -> None:
    text = plan_text(recurrent(like="torchvision"))
    assert "Total      174 parameters (174 trainable), 696 B\n" in text
    assert "20 + ? MACs per image" in text
    assert "MACs not known: one, two, three and 1 more. Their total is partial." in text
    assert "Parameters not known" not in text
    assert recurrent(like="torchvision").totals.partial


def test_why_training_is_not_known() -> None:
    text = plan_text(recurrent())
    assert "Training   ?" in text
    assert "Inference  ?" not in text
    assert "what one, two, three and 1 more keep for the backward pass is not known" in text
    assert "Everything was counted" not in text
    korean = plan_text(recurrent(), "ko")
    assert "학습 메모리를 알 수 없음: one, two, three 외 1개" in korean


def test_open_sizes_are_written_as_mathematics() -> None:
    text = plan_text(open_skip())
    assert "down (Conv2D)                  ⌈H / 2⌉ × ⌈W / 2⌉ × 60 " in text
    assert " 8,100·⌈H / 2⌉·⌈W / 2⌉ MACs per image" in text
    assert "//" not in text
    assert "*" not in text
    assert "Memory for a batch is not known while sizes are open: H, W." in text
    assert plan_text(open_skip(), "ko").count("열려 있어") == 1


def test_whole_is_explained_where_it_stands() -> None:
    text = plan_text(open_skip())
    (row,) = [line for line in text.splitlines() if line.startswith("mean")]
    assert " 3 " in row
    assert " whole " in row
    assert "Whole: each number there depends on all of the input that reaches its layer" in text
    image = Input((4, 4, 1))
    text = plan_text(Model(image, Dense(2)(Flatten()(Conv2D(1, 3)(image)))).plan())
    assert "4x4 (whole)" in text
    assert "Whole: " in text
    assert "Receptive field not known" not in text
    assert "Whole" not in plan_text(Model(image, Conv2D(1, 3)(image)).plan())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_because_of_which_layers_nothing_is_known(language: str) -> None:
    text = "input: [8, 8, 3]\nlayers:\n- Mine: {name: mine, gives: [8, 8, 4]}\n- Conv2D: {filters: 2, kernel_size: 3}\n"
    shown = plan_text(plan(read(text.encode(), "d.yaml")), language)
    assert shown.count(": mine") + shown.count("because of mine") == 3, "figures, memory, field"


def test_korean_is_korean_but_for_names() -> None:
    video = Input((3, 6, 6, 1), name="video")
    shown = plan_text(Model(video, Flatten(name="flat")(ConvLSTM2D(2, 3, name="clip")(video))).plan(), "ko")
    words = set(re.findall("(?<!\\w)[A-Za-z][A-Za-z0-9]{2,}", shown)) - {
        "MACs",
        "CPU",
        "TensorFlow",
        "KiB",
        "float32",
        "adam",
    }
    assert words == {"video", "Input", "clip", "ConvLSTM2D", "flat", "Flatten"}


def test_a_field_of_which_nothing_is_known_is_one_question_mark() -> None:
    video = Input((3, 6, 6, 1))
    text = plan_text(Model(video, ConvLSTM2D(2, 3, return_sequences=True)(video)).plan())
    assert "?x?" not in text
    assert "Receptive field not known: conv_lstm2d." in text


@pytest.mark.parametrize("type_name", sorted(REGISTRY))
def test_what_is_not_known_of_a_total_has_a_reason(type_name: str) -> None:
    for arguments, shapes in REGISTRY[type_name].examples:
        nodes = [Node(f"in{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
        node = Node("seen", type_name, dict(arguments), tuple(each.name for each in nodes))
        found = plan(Design("d", (*nodes, node) if type_name != INPUT else (node,), {"y": "seen"}))
        text, memory = plan_text(found), found.memory
        assert ("MACs not known: seen." in text) == found.totals.macs_partial
        assert ("arameters not known: seen." in text) == found.totals.params_partial
        unknown = "Memory for a batch is not known, because of seen." in text or "while sizes are open: " in text
        assert unknown == (memory.inference_peak_bytes is None)
        assert (unknown or "what seen keep" in text) == (memory.training_peak_bytes is None)
