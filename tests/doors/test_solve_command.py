"""`lamella solve` as a person uses it: the table, the file it writes, JSON, exit status, errors."""

import json
import subprocess
import sys

import pytest

import lamella as door
from doors.command import lamella

DECODER = """# the decoder
input: [4, 4, 8]
layers:
  - UpSampling2D: {size: 4}
  - Conv2D:   # the one
      name: crop
      filters: 16
      kernel_size: any  # unpadded
  - UpSampling2D: {size: any 2|4}
  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}
expect: {output: [28, 28, 1]}
"""


@pytest.fixture
def decoder(tmp_path):
    file = tmp_path / "decoder.yaml"
    file.write_text(DECODER)
    return file


def test_the_table_has_every_value_and_its_figures(decoder, monkeypatch):
    done = lamella(monkeypatch, "solve", decoder)
    assert done.status == 0
    head, _, best, other, *_ = done.out.splitlines()
    assert head.split()[:2] == ["crop.kernel_size", "up_sampling2d_1.size"]
    assert best.split()[:4] == ["1", "3", "2", "28x28x1"]
    assert other.split()[:4] == ["2", "10", "4", "28x28x1"]
    assert "There are no others." in done.out
    assert "다른 해는 없습니다." in lamella(monkeypatch, "solve", decoder, "--lang", "ko").out


def test_a_solution_is_written_and_all_other_text_stays(decoder, tmp_path, monkeypatch):
    out = tmp_path / "solved.yaml"
    done = lamella(monkeypatch, "solve", decoder, "--take", 2, "-o", out)
    assert done.status == 0
    assert out.read_text() == DECODER.replace("any  #", "10  #").replace("any 2|4", "4")
    assert decoder.read_text() == DECODER
    assert lamella(monkeypatch, "check", out, "--select", "LAM0").status == 0
    again = lamella(monkeypatch, "solve", decoder, "-o", out)
    assert again.status == 2
    assert out.read_text() == DECODER.replace("any  #", "10  #").replace("any 2|4", "4")


def test_an_input_that_is_open_is_written_too(tmp_path, monkeypatch):
    for text in ("input: [any, 28, 1]  # in\n", "inputs:\n  picture: [any, 28, 1]  # in\n"):
        file, out = tmp_path / "open.yaml", tmp_path / "out.yaml"
        file.write_text(f"{text}layers:\n  - Conv2D: {{filters: 2, kernel_size: 3}}\n")
        out.unlink(missing_ok=True)
        assert lamella(monkeypatch, "solve", file, "--output", "10,26,2", "-o", out).status == 0
        assert out.read_text() == file.read_text().replace("any", "12")


def test_json_is_the_same_as_data(decoder, monkeypatch):
    data = json.loads(lamella(monkeypatch, "solve", decoder, "--json").out)
    assert data["complete"] is True
    assert data["unknowns"][1] == {"layer": "up_sampling2d_1", "argument": "size", "index": [], "values": [2, 4]}
    assert [each["values"] for each in data["solutions"]] == [
        {"crop.kernel_size": 3, "up_sampling2d_1.size": 2},
        {"crop.kernel_size": 10, "up_sampling2d_1.size": 4},
    ]
    found = door.solve(decoder)
    assert [each["params"] for each in data["solutions"]] == [each.plan.totals.params for each in found.solutions]
    assert [each["flaws"] for each in data["solutions"]] == [0, 1]


def test_where_there_is_none_it_says_what_is_in_the_way(decoder, monkeypatch):
    done = lamella(monkeypatch, "solve", decoder, "--max-params", "1K")
    assert done.status == 1
    assert "output: 14x14x1" not in done.out
    assert "params: 1,313 is the nearest (asked: <= 1K)." in done.out
    data = json.loads(lamella(monkeypatch, "solve", decoder, "--max-params", "1K", "--json").out)
    assert data["solutions"] == []
    assert {"target": "params", "expected": "<= 1K", "reached": 1313, "exact": True} in data["nearest"]


@pytest.mark.parametrize(
    ("text", "options", "status", "said"),
    [
        (DECODER.replace("any 2|4", "2").replace("any  #", "3  #"), (), 1, "Nothing in the design is any"),
        (DECODER.replace("any 2|4", "any 4..2"), (), 1, 'Received "any 4..2"'),
        (DECODER.replace("any  #", "any 0..3  #"), (), 1, "Received 0"),
        (DECODER.replace("filters: 16", "filters: 16\n      groups: any"), (), 1, "any 1..9, any 3|5|7"),
        (DECODER, ("--max-params", "much"), 2, "--max-params"),
        (DECODER, ("--take", "3"), 2, "-o"),
        (DECODER, ("--take", "3", "-o", "out.yaml"), 2, "2"),
        ("", (), 2, "The file is empty"),
    ],
)
def test_nonsense_gives_one_error(text, options, status, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.yaml").write_text(text)
    done = lamella(monkeypatch, "solve", "d.yaml", *options)
    assert said in done.err
    assert done.status == status, done.err
    assert sum(line.startswith("error") for line in done.err.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["d.yaml"]


def test_plan_and_check_say_that_solve_finds_the_values(decoder, monkeypatch):
    for command in ("plan", "check"):
        done = lamella(monkeypatch, command, decoder)
        assert done.status == 1
        assert "LAM094" in done.err
        assert "lamella solve" in done.err


def test_standard_input(monkeypatch):
    done = lamella(monkeypatch, "solve", "-", stdin=DECODER.encode())
    assert done.status == 0


def test_solving_is_loaded_only_when_it_is_asked_for(decoder):
    code = f"import lamella, sys; lamella.read({str(decoder)!r}); assert 'lamella.solving.solver' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
