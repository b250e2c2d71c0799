"""The explanation below a plan: every number in it is the plan's own, in both languages, within the line."""

from __future__ import annotations

import re
from math import prod

import pytest

from lamella import Model
from lamella import api as door
from lamella.layers import BatchNormalization, Conv2D, Dense, Flatten, Input
from lamella.layers.base import REGISTRY, Work
from lamella.reports.explanation import explanation, wrap
from lamella.reports.table import width
from planning import networks


def test_parameters_and_macs_derived_from_the_layers_own_numbers():
    x = Input((28, 28, 1))
    text = explanation(Model(x, Conv2D(16, 3, padding="same", activation="relu", name="edges")(x)).plan())
    head, sentence, *lines = text.splitlines()
    assert head == "edges (Conv2D)"
    assert sentence.startswith("  Slides small learned windows")
    assert "  parameters = 3·3·1·16 (kernel) + 16 (bias) = 160" in lines
    assert "  MACs = 28·28·16 · 3·3·1 = 112,896" in lines


@pytest.mark.parametrize("name", [*door.ready_designs(), "resnet"])
def test_every_equation_holds(name):
    plan = networks.resnet((1, 1, 1, 1)).plan() if name == "resnet" else door.plan(door.ready_design(name))
    text = explanation(plan, columns=10_000)
    equations = re.findall(r"^  (parameters|MACs) = (.*) = ([\d,]+)$", text, re.M)
    assert equations
    for _, terms, result in equations:
        plain = re.sub(r" \([a-z_]+(, not trained)?\)", "", terms)
        total = sum(prod(int(each) for each in term.replace(" · ", "·").split("·")) for term in plain.split(" + "))
        assert total == int(result.replace(",", ""))
    for row in plan.rows:
        if row.params and row.node.shares is None:
            assert f" = {row.params:,}" in text
        if row.macs:
            assert f" = {row.macs:,}" in text


def test_equal_layers_are_explained_once_and_each_sentence_too():
    x = Input((4,))
    dense = Dense(4, name="first")
    y = Dense(4, name="third")(Dense(4, name="second")(dense(x)))
    text = explanation(Model(x, [dense(y), Dense(2)(y)]).plan())
    assert "first, second, third (Dense)" in text
    assert text.count("Mixes all numbers") == 1
    assert "parameters = 0: those of first" in text


def test_what_is_not_trained_open_or_unknown_is_said():
    x = Input((None, None, 3))
    plan = Model(x, BatchNormalization()(Conv2D(2, 3)(x))).plan()
    text = explanation(plan)
    assert "2 (moving_mean, not trained)" in text
    assert "MACs = " in text
    flat = Input((4, 4, 2))
    assert "MACs" not in explanation(Model(flat, Flatten()(flat)).plan())


def test_parts_of_the_work_are_named(monkeypatch):
    x = Input((4, 4, 3))
    parts = (Work((4, 4, 3, 9), "depthwise"), Work((4, 4, 8, 3), "pointwise"))
    monkeypatch.setattr(REGISTRY["Conv2D"], "work", lambda *_: parts)
    text = explanation(Model(x, Conv2D(8, 1)(x)).plan())
    assert "MACs = 4·4·3 · 9 (depthwise) + 4·4·8 · 3 (pointwise) = 816" in text


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("columns", [40, 60, 100])
@pytest.mark.parametrize("name", door.ready_designs())
def test_lines_fit_the_terminal(name, columns, language):
    text = explanation(door.plan(door.ready_design(name)), language, columns)
    assert max(map(width, text.splitlines())) <= columns


def test_a_sign_begins_the_next_line_and_a_long_word_stays_whole():
    assert wrap("  y = aaaa + bbbb · cccc", 12).splitlines() == ["  y = aaaa", "    + bbbb", "    · cccc"]
    assert wrap("  " + "x" * 50, 20) == "  " + "x" * 50


def test_the_tools_figure_stands_beside_the_pure_one():
    x = Input((4, 4, 2))
    text = explanation(Model(x, Conv2D(3, 3, padding="same")(x)).plan(like="flopcounter"))
    assert "MACs = 4·4·3 · 3·3·2 = 864" in text
    assert "FlopCounterMode: 1,728 FLOPs" in text


def test_summary_explains_on_request(capsys):
    x = Input((4,))
    model = Model(x, Dense(2)(x))
    model.summary(language="en")
    assert "4·2 (kernel)" not in capsys.readouterr().out
    model.summary(language="en", explain=True)
    assert "4·2 (kernel) + 2 (bias) = 10" in capsys.readouterr().out
