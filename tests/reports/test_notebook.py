"""What notebooks show of records: HTML that needs no program, no style and no network, and the same as plain text."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

import lamella
from lamella import Model
from lamella.answers import rewrite
from lamella.api import ready_design
from lamella.design import Design, Node
from lamella.doors.notebook import VIEWS, html, text
from lamella.errors import Findings, Place, problem
from lamella.layers import Conv2D, Conv2DTranspose, Dense, Flatten, Input
from lamella.reports.plan_text import plan_text
from lamella.restoration.engine import Restored
from lamella.training.metrics import Quality
from lamella.training.quality import Judgement
from lamella.training.run import Run
from lamella.training.settings import Epoch

NAME = 'a "<b>&"'
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LAMELLA_LANG", "en")


def model():
    x = Input((28, 28, 1))
    return Model(x, Dense(3)(Flatten()(Conv2D(4, 3, name=NAME)(x))), "small <i>")


def wrong():
    nodes = (Node("x", "Input", {"shape": (8, 8, 1)}), Node(NAME, "Conv2D", {"filters": 4, "kernel_size": 9}, ("x",)))
    return Design("wrong", nodes, {"y": NAME})


def run(tmp_path, quality=True, epochs=(0.3, 0.2, 0.25), status="finished"):
    """A run as `train` gives it, of so many held-out losses."""
    judged = Judgement(2000, Quality(0.1172, 0.0186, 18.04, 0.772), 0.058, 0.1147, "code", 64, None)
    told = tuple(
        Epoch(place, loss + 0.01, loss, 1.5, loss == min(epochs[:place])) for place, loss in enumerate(epochs, 1)
    )
    facts = {"status": status, "best_epoch": 2, "settings": {"epochs": 40, "patience": 1, "time_limit_s": None}}
    design = model().design
    return Run(tmp_path / "<run>", design, told, facts, judged if quality else None)


def sources(found):
    return [each.get("src") for each in ElementTree.fromstring(found).iter("img")]


def svg(source):
    kind, _, coded = source.partition(";base64,")
    assert kind == "data:image/svg+xml"
    return ElementTree.fromstring(base64.b64decode(coded, validate=True))


def unsolved():
    nodes = (
        Node("x", "Input", {"shape": (8, 8, 1)}),
        Node("y", "Conv2D", {"filters": 1, "kernel_size": "any 3|4"}, ("x",)),
    )
    return Design("open", nodes, {"y": "y"})


def twice():
    """A design with a finding: its windows overlap unevenly."""
    x = Input((27, 27, 1))
    return Model(x, Conv2DTranspose(1, 3, strides=2, padding="same", name=NAME)(x))


def edges():
    x = Input((None, None, 1))
    return Model(x, Conv2D(2, 3, name="edges")(x))


def ready():
    return ready_design("upsampling-autoencoder")


RECORDS = {
    "Design": ready,
    "Plan": lambda: lamella.plan(wrong()),
    "Findings": lambda: lamella.check(twice()),
    "Problem": lambda: lamella.check(twice())[0],
    "Sizes": lambda: lamella.sizes(ready()),
    "Difference": lambda: lamella.diff(model(), ready()),
    "Difference of none": lambda: lamella.diff(model(), model()),
    "Explained": lambda: lamella.explain(model(), NAME),
    "Rewritten": lambda: rewrite(ready()),
    "Claim": lambda: lamella.claim("checkerboard"),
    "Sight": lambda: lamella.see(edges(), EXAMPLES / "chelsea.png", weights="sobel"),
    "Restored": lambda: Restored(Path("<a>.png"), Path("b.png"), (28, 28, 1), (9, 8), "RGB", True, "ONNX"),
    "Not restored": lambda: Restored(Path("a"), Path("b"), (28, 28, 1), problem=problem("file exists", Place("<a>"))),
    "Solved": lambda: lamella.solve(unsolved()),
    "Solution": lambda: lamella.solve(unsolved()).solutions[0],
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", RECORDS)
def test_every_view_lives_without_styles_scripts_and_drawings_of_its_own(name, language, monkeypatch):
    monkeypatch.setenv("LAMELLA_LANG", language)
    record = RECORDS[name]()
    root = ElementTree.fromstring(record._repr_html_())
    names = {each.tag for each in root.iter()}
    assert names <= {"div", "p", "b", "br", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "img"}
    assert {key for each in root.iter() for key in each.attrib} <= {"lang", "align", "style", "src", "alt", "width"}
    assert all(source.startswith("data:image/") for source in sources(record._repr_html_()))
    assert not re.search("color|background", record._repr_html_())
    assert root.get("lang") == language
    assert len("".join(root.itertext()).strip()) > 10


def test_a_table_is_aligned_with_and_without_styles():
    row = next(ElementTree.fromstring(model()._repr_html_()).iter("tr"))
    assert [each.get("align") for each in row] == ["left", "left", "right", "right", "left", "right"]
    assert all(f"text-align:{each.get('align')}" in each.get("style") for each in row)


def test_a_plan_is_its_table_its_totals_and_its_picture():
    plan = model().plan()
    root = ElementTree.fromstring(html(plan))
    names = [row[0].text for row in root.iter("tr")]
    assert names[:5] == ["Layer", "input (Input)", f"{NAME} (Conv2D)", "flatten (Flatten)", "dense (Dense)"]
    assert "Total" in names
    assert any(each.tag.endswith("polygon") for each in svg(sources(html(plan))[0]).iter())
    assert html(plan) == html(plan.design) == model()._repr_html_()


def test_a_plan_as_text_is_what_the_command_prints():
    plan = lamella.plan(ready_design("upsampling-autoencoder"))
    assert text(plan).splitlines() == plan_text(plan, notes=False).splitlines()


def test_what_was_not_counted_is_said():
    nodes = (
        Node("x", "Input", {"shape": (4, 4, 1)}),
        Node("y", "Mine", {}, ("x",), gives=((4, 4, 1),)),
    )
    found = html(lamella.plan(Design("open", nodes, {"y": "y"})))
    assert "Parameters and MACs not known: y. Their totals are partial." in found


def test_findings_are_a_table():
    found = lamella.check(wrong())
    assert isinstance(found, tuple)
    (head, row) = ElementTree.fromstring(found._repr_html_()).iter("tr")
    assert [each.text for each in head] == ["Code", "Severity", "Layer", "Message", "Fix"]
    assert [each.text for each in row] == [
        found[0].code, "error", f"{NAME} (Conv2D)", found[0].message(), found[0].fix(),
    ]  # fmt: skip
    assert "errors: 1, warnings: 0" in found._repr_html_()
    assert text(found).startswith(f"error {found[0].code}: ")


def test_no_findings_are_said():
    found = lamella.check(model())
    assert found == ()
    assert "No findings." in found._repr_html_()
    assert text(found) == "No findings."


def test_a_finding_without_a_layer_is_where_it_was_written():
    found = Findings([problem("file exists", Place(file="<a>.yaml", line=3))])
    assert "&lt;a&gt;.yaml:3" in found._repr_html_()


def test_errors_are_told_beside_the_plan():
    found = html(lamella.plan(wrong()))
    assert "LAM021" in found
    assert "LAM021" in "".join(svg(sources(found)[0]).itertext())


def test_large_plans_are_cut_and_say_so():
    x = y = Input((4,))
    for _ in range(120):
        y = Dense(4)(y)
    found = html(Model(x, y).plan())
    assert "21 more layers are not shown." in found
    assert "dense_98 (" in found
    assert "dense_99 (" not in found


def test_a_run_is_its_quality_its_curve_and_its_folder(tmp_path):
    found = html(run(tmp_path))
    rows = [[each.text for each in row] for row in ElementTree.fromstring(found).iter("tr")]
    assert rows[1] == ["this network", "0.1172", "0.01860", "18.04 dB", "0.772"]
    assert rows[-1][:2] == ["a perfect copy (the floor)", "0.0580"]
    assert "Epochs: 3 in 4.5 s; the best is epoch 2, validation loss 0.2000" in found
    assert "&lt;run&gt;" in found
    assert len([each for each in svg(sources(found)[0]).iter() if each.tag.endswith("polyline")]) == 2
    assert "Stopped after epoch 3: no better validation loss for 1 epochs." in found
    assert "this network" in text(run(tmp_path))


def test_a_run_without_quality_shows_the_rest(tmp_path):
    found = html(run(tmp_path, quality=False, status="interrupted"))
    assert "Stopped by hand; the best so far, epoch 2, is kept." in found
    assert "<table>" not in found
    assert sources(found)


def test_a_picture_is_light_whatever_the_readers_system_is():
    for source in sources(html(lamella.plan(wrong()))) + sources(html(lamella.explain(model(), NAME))):
        drawn = ElementTree.tostring(svg(source), "unicode")
        assert "prefers-color-scheme" not in drawn
        assert "#ffffff" in drawn


def test_solutions_are_a_table():
    found = lamella.solve(unsolved(), {"output": [6, 6, 1]})
    rows = [[each.text for each in row] for row in ElementTree.fromstring(html(found)).iter("tr")]
    assert rows[0][1] == "y.kernel_size"
    assert [row[:3] for row in rows[1:]] == [["1", "3", "6x6x1"]]
    assert "Solutions: 1." in html(found)


def test_what_stands_in_the_way_of_solutions_is_said():
    found = lamella.solve(unsolved(), {"output": [7, 7, 1]})
    assert "6x6x1 is the nearest" in html(found)
    assert "<table>" not in html(found)


def test_what_is_derived_from_a_record_is_shown_as_it_is():
    class Mine(Design):
        pass

    mine = Mine("mine", model().design.nodes, model().design.outputs)
    assert "<b>mine</b>" in mine._repr_html_()


@pytest.mark.parametrize("name", VIEWS)
def test_every_record_with_a_view_has_the_methods(name):
    module, _, kind = name.rpartition(".")
    record = getattr(import_module(f"lamella.{module}"), kind)
    assert callable(record._repr_html_)
    assert callable(record._repr_pretty_)
    views, _, view = VIEWS[name].partition(".")
    assert callable(getattr(import_module(f"lamella.reports.notebook.{views}"), view))


PROGRAM = """
import sys
import lamella
assert not {"lamella.api", "lamella.reports", "lamella.doors.notebook"} & set(sys.modules)
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
plan = lamella.plan("upsampling-autoencoder.yaml")
assert hasattr(plan, "_repr_html_")
assert "lamella.doors.notebook" not in sys.modules
for each in (plan, plan.design, lamella.check(plan.design)):
    shown, _ = shell.display_formatter.format(each)
    print(sorted(shown), "<div" in shown["text/html"], "Design(" in shown["text/plain"])
assert not {"numpy", "keras", "rich"} & set(sys.modules)
"""


def test_ipython_shows_records_whenever_it_is_loaded(tmp_path):
    pytest.importorskip("IPython")
    lamella.api.new("upsampling-autoencoder", tmp_path / "upsampling-autoencoder.yaml")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines() == ["['text/html', 'text/plain'] True False"] * 3
