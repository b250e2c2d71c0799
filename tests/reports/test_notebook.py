"""What notebooks show of models, designs and plans: HTML that needs no program, no style sheet and no network."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

import lamella
from lamella import Model
from lamella.api import ready_design
from lamella.design import Design, Node
from lamella.layers import Conv2D, Dense, Flatten, Input
from lamella.reports.notebook import notebook_html


def model():
    x = Input((28, 28, 1))
    return Model(x, Dense(3)(Flatten()(Conv2D(4, 3, name='a "<b>&"')(x))), "small")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_plan_is_a_table_and_a_picture(language):
    found = notebook_html(model().plan(), language)
    root = ElementTree.fromstring(found)
    names = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert {"table", "svg", "polygon"} <= names
    assert not names & {"script", "style", "link", "img", "iframe", "foreignObject"}
    assert not any(name.startswith("on") or "href" in name for each in root.iter() for name in each.attrib)
    assert [row[0].text for row in root.iter("tr")][1:] == [
        "input (Input)", 'a "<b>&" (Conv2D)', "flatten (Flatten)", "dense (Dense)",
    ]  # fmt: skip
    assert root.get("lang") == language


def test_a_model_shows_itself(monkeypatch):
    monkeypatch.setenv("LAMELLA_LANG", "ko")
    assert model()._repr_html_() == notebook_html(model().plan(), "ko")


def test_errors_are_told():
    nodes = (Node("x", "Input", {"shape": (8, 8, 1)}), Node("y", "Conv2D", {"filters": 4, "kernel_size": 9}, ("x",)))
    found = notebook_html(lamella.plan(Design("wrong", nodes, {"y": "y"})), "en")
    assert "LAM021" in found.split("<svg")[0]
    assert "LAM021" in found.split("<svg")[1]


def test_large_plans_are_cut_and_say_so():
    x = y = Input((4,))
    for _ in range(120):
        y = Dense(4)(y)
    found = notebook_html(Model(x, y).plan(), "en")
    assert "21 more layers are not shown." in found
    assert found.count("<tr>") == 101


PROGRAM = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import lamella, sys
assert not {"lamella.api", "lamella.reports"} & set(sys.modules)
from lamella.api import ready_design
design = ready_design("upsampling-autoencoder")
for each in (design, lamella.plan(design), lamella.Model.of(design)):
    shown, _ = shell.display_formatter.format(each)
    print("<svg" in shown["text/html"], "conv2d_1 (Conv2D)" in shown["text/html"])
"""


def test_ipython_shows_records_too():
    pytest.importorskip("IPython")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"LAMELLA_LANG": "en"},
    )
    assert done.stdout.split() == ["True"] * 6


def test_the_picture_is_light_whatever_the_reader_chose():
    found = notebook_html(lamella.plan(ready_design("upsampling-autoencoder")))
    assert "prefers-color-scheme" not in found
    assert 'fill="#ffffff" class="f-ground"' in found
