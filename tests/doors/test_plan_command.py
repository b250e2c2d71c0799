"""`lamella plan`: the table kept as text, the JSON contract, and the same figures from Python, text and JSON."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

import lamella as door
from doors.command import lamella
from lamella.api import ready_designs
from lamella.planning.arrays import PARTS
from lamella.reports.table import table, width

GOLDEN = Path(__file__).parents[1] / "golden"
DESIGNS = {name: str(files("lamella").joinpath("designs", f"{name}.yaml")) for name in ready_designs()}
TWO = (
    "name: 두 입력\ninputs: {왼쪽: [8, 8, 1], right: [8, 8, 2]}\nlayers:\n"
    "  - Conv2D: {name: 에지, filters: 2, kernel_size: 3, padding: same, from: 왼쪽}\n"
    "  - Concatenate: {from: [에지, right]}\n  - Conv2D: {name: 나란히, filters: 2, kernel_size: 1}\n"
    "  - UpSampling2D: {interpolation: bilinear}\n  - GlobalAveragePooling2D\n"
    "  - Reshape: {target_shape: [1, 1, 2]}\n  - Dense: {name: d, units: 2}\n  - Dense: {name: 다시, shares: d}\n"
)


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(TWO, "utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", DESIGNS)
def test_the_text_of_a_ready_design(name, language, monkeypatch):
    """After a change that is meant: write `lamella plan DESIGN --lang LANGUAGE` into the golden file, and read it."""
    done = lamella(monkeypatch, "plan", DESIGNS[name], "--lang", language)
    assert done.out == (GOLDEN / f"{name}.{language}.txt").read_text("utf-8")
    assert (done.err, done.status) == ("", 0)


def spans(line: str) -> list[tuple[str, int, int]]:
    """The cells of a line, which stand two blanks apart, each with its first and last column in a terminal."""
    found = re.finditer(r"\S+( \S+)*", line)
    return [(each[0], width(line[: each.start()]), width(line[: each.end()])) for each in found]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_columns_line_up_with_wide_characters(language, two, monkeypatch):
    lines = lamella(monkeypatch, "plan", two, "--lang", language).out.splitlines()
    head, rule, *rest = lines[2:]
    table_rows = list(map(spans, (head, *rest[: rest.index("")])))
    assert {len(row) for row in table_rows} == {6}
    for column, right in enumerate((False, False, True, True, False, True)):
        assert len({row[column][2 if right else 1] for row in table_rows}) == 1, column
    assert set(rule) == {"─"}
    assert {row[5][2] for row in table_rows} == {len(rule)}
    texts = [[text for text, _, _ in row] for row in table_rows[1:]]
    names = ["왼쪽 (Input)", "right (Input)", "에지 (Conv2D)", "concatenate (Concatenate)"]
    assert [row[0] for row in texts[:4]] == names
    assert [row[1] for row in texts[:4]] == ["8x8x1", "8x8x2", "8x8x2", "8x8x4"]
    assert [row[3] for row in texts[:5]] == ["0", "0", "1,152", "0", "512"]
    assert texts[2][4] == "왼쪽: 3x3"
    assert texts[-1][2] == ("d 공유" if language == "ko" else "shares d")


def test_width_of_a_character():
    assert [width(text) for text in ("a", "가", "ｱ", "Ａ", "e\u0301", "😀", "·", "")] == [1, 2, 1, 2, 1, 2, 1, 0]


def test_a_table_of_nothing_is_its_head():
    assert table(["가", "b"], [], right={1}) == "가  b\n─────"
    assert table(["a", "b"], [["가나", "1"], ["c", "10"]], right={1}) == "a      b\n────────\n가나   1\nc     10"


INTEGER, TEXT, LIST, MAP = (int, type(None)), (str, type(None)), (list, type(None)), (dict, type(None))
FIELD = {"min": list, "max": list, "start": list, "stride": list, "seen": list, "aligned": bool, "multiple": list}
LAYER = {"name": str, "type": str, "from": list, "shares": TEXT, "output_shape": LIST, "weights": LIST}
LAYER |= {"symbolic": MAP}
LAYER |= dict.fromkeys(("params", "trainable_params", "macs", "activation_bytes", "saved_bytes"), INTEGER)
LAYER |= dict.fromkeys(("inference_bytes", "training_bytes"), INTEGER)
LAYER |= {"receptive_field": MAP, "receptive_fields": dict}
TOTALS = {"params": int, "trainable_params": int, "macs": int, "partial": bool}
MEMORY = {"inference_peak_bytes": INTEGER, "training_peak_bytes": INTEGER, "optimizer": str, "engine": str}
MEMORY |= {f"{part}_bytes": INTEGER for part in PARTS}
MEMORY |= {"inference_peak_layer": TEXT, "training_peak_layer": TEXT, "training_peak_phase": TEXT}
MEMORY |= {"unknown_layers": list, "unkept_layers": list}
FINDING = {"code": str, "severity": str, "layer": TEXT, "message": str, "fix": TEXT}
TOP = {"schema": int, "name": str, "batch": int, "dtype": str, "macs_convention": str}
TOP |= {"like": type(None), "inputs": dict}
TOP |= {"outputs": dict, "layers": list, "totals": dict, "memory": dict, "open_sizes": list, "relations": list}
TOP |= {"findings": list}


def check(data: dict, contract: dict) -> None:
    for key, kind in contract.items():
        assert isinstance(data[key], kind), f"{key}: {data[key]!r}"
        assert isinstance(data[key], bool) == (kind is bool), f"{key}: {data[key]!r}"


def check_contract(data: dict) -> None:
    """Every key of the contract of `lamella plan --json` with its type, integers or null."""
    check(data, TOP)
    assert list(data) == list(TOP)
    check(data["totals"], TOTALS)
    check(data["memory"], MEMORY)
    for each in data["findings"]:
        check(each, FINDING)
    for layer in data["layers"]:
        check(layer, LAYER)
        for field in layer["receptive_fields"].values():
            check(field, FIELD)
            assert all(type(each) in INTEGER for key in ("min", "max", "start", "seen") for each in field[key])
        for weight in layer["weights"] or []:
            check(weight, {"name": str, "shape": list, "trainable": bool})
            assert all(type(size) is int for size in weight["shape"])


BROKEN = TWO + "  - Conv2D: {filters: 0, kernel_size: 3}\n  - Mystery\n"


@pytest.mark.parametrize("text", [*(Path(path).read_text("utf-8") for path in DESIGNS.values()), TWO, BROKEN, "a: 1\n"])
def test_json_keeps_its_contract_and_says_what_python_says(text, monkeypatch, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text(text, "utf-8")
    options = ("--batch", "3", "--dtype", "bfloat16", "--optimizer", "sgd", "--engine", "torch")
    done = lamella(monkeypatch, "plan", path, "--json", *options)
    data, plan = json.loads(done.out), door.plan(path, batch=3, dtype="bfloat16", optimizer="sgd", engine="torch")
    check_contract(data)
    assert (done.err, done.status) == ("", 1 if plan.errors else 0)
    assert (data["schema"], data["batch"], data["dtype"], data["memory"]["optimizer"]) == (1, 3, "bfloat16", "sgd")
    rows = [row for row in plan.rows if row.node.type != "Input"]
    assert [layer["name"] for layer in data["layers"]] == [row.node.name for row in rows]
    for layer, row in zip(data["layers"], rows, strict=True):
        known = None if row.output_shape is None else list(row.output_shape[1:])
        assert (layer["output_shape"], layer["params"], layer["macs"]) == (known, row.params, row.macs)
        assert (layer["activation_bytes"], layer["saved_bytes"]) == (row.activation_bytes, row.saved_bytes)
        assert (layer["inference_bytes"], layer["training_bytes"]) == (row.inference_bytes, row.training_bytes)
        assert layer["trainable_params"] == row.trainable_params
        assert list(layer["receptive_fields"]) == [each.input for each in row.receptive_fields]
    assert data["totals"] == {key: getattr(plan.totals, key) for key in TOTALS}
    figures = {key: list(each) if isinstance(each, tuple) else each for key, each in plan.memory._asdict().items()}
    assert data["memory"] == {**figures, "optimizer": "sgd"}
    assert [each["code"] for each in data["findings"]] == [each.code for each in plan.findings]


def test_the_text_has_the_figures_of_the_json(two, monkeypatch):
    data = json.loads(lamella(monkeypatch, "plan", two, "--json").out)
    text = lamella(monkeypatch, "plan", two).out
    rows = {line.split(" (")[0]: line for line in text.splitlines() if " (" in line}
    for layer in data["layers"]:
        shown = [cell.replace(",", "") for cell in rows[layer["name"]].split()]
        assert "x".join(map(str, layer["output_shape"])) in shown
        assert str(layer["macs"]) in shown
        assert layer["shares"] or str(layer["params"]) in shown
    totals = data["totals"]
    assert f"{totals['params']:,} parameters ({totals['trainable_params']:,} trainable)" in text
    assert f"{totals['macs']:,} MACs per image" in text


def test_json_is_english_in_any_language(two, monkeypatch):
    done = lamella(monkeypatch, "plan", two, "--json", "--lang", "ko")
    assert done == lamella(monkeypatch, "plan", two, "--json")
    assert '"왼쪽"' in done.out
