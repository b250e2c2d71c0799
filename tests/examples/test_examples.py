"""The study note's six programs, each run, with the figures that the note found by running code."""

import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lamella
from lamella import api
from lamella.layers.base import without_batch
from lamella.reports.draw.sheet import rows

EXAMPLES = Path(__file__).parents[2] / "examples"


def model(name):
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))["model"]()


def shapes(plan):
    return [without_batch(row.output_shape) for row in plan.rows]


def weights(plan):
    return [each.shape for row in plan.rows for each in row.weights]


def test_condense():
    plan = model("condense").plan()
    assert plan.batch == 64
    assert shapes(plan) == [(4, 2), (4, 1), (4,), (1,), ()]
    assert weights(plan) == [(2, 1), (4, 1)]
    first, second = model("condense").build()(np.zeros((64, 4, 2), np.float32))
    assert (first.shape, second.shape) == ((64, 4), (64,))
    assert not np.any(np.asarray(second))


def test_enrich():
    plan = model("enrich").plan()
    assert weights(plan) == [(2, 3), (3, 1), (4, 1)]
    assert plan.totals.params == 13
    assert model("enrich").build()(np.zeros((64, 4, 2), np.float32)).shape == (64,)


def test_convolution():
    plan = model("convolution").plan()
    convolution, flatten, dense = plan.rows[1:]
    assert plan.batch == 64
    assert without_batch(convolution.output_shape) == (384, 216, 16)
    assert convolution.params == 1_200
    assert without_batch(flatten.output_shape) == (1_327_104,)
    assert dense.params == 1_327_104


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_convolution_is_planned_in_little_memory():
    code = f"import runpy; runpy.run_path({str(EXAMPLES / 'convolution.py')!r}, run_name='__main__')"
    code += "; print('PEAK', open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(done.stdout.split("PEAK ")[1]) < 60 * 1024
    assert "1,327,104" in done.stdout


def test_edges_are_those_of_a_plain_loop(tmp_path):
    program = runpy.run_path(str(EXAMPLES / "edges.py"))
    found = program["edges"](tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"horizontal.png", "vertical.png", "magnitude.png"}
    grey = program["pictures"].read(program["PHOTOGRAPH"], program["SIZE"]).pixels[..., 0]
    for row, column in [(1, 1), (150, 225), (298, 449), (77, 310)]:
        around = grey[row - 1 : row + 2, column - 1 : column + 2]
        down = abs(float((around[0] - around[2]) @ [1, 2, 1]))
        along = abs(float((around[:, 0] - around[:, 2]) @ [1, 2, 1]))
        assert found["horizontal"][row, column, 0] == pytest.approx(down, abs=1e-5)
        assert found["vertical"][row, column, 0] == pytest.approx(along, abs=1e-5)
        assert found["magnitude"][row, column, 0] == pytest.approx(np.hypot(down, along), abs=1e-5)
    assert found["magnitude"].std() > 0.05


@pytest.mark.parametrize(
    ("name", "code_shape", "sizes"),
    [
        ("upsampling", (4, 4, 4), [28, 28, 14, 14, 7, 7, 4, 4, 8, 8, 16, 14, 28, 28]),
        ("transposed", (3, 3, 4), [28, 26, 13, 11, 5, 3, 3, 6, 6, 12, 14, 28, 28]),
    ],
)
def test_autoencoder(name, code_shape, sizes, tmp_path):
    written = model(f"autoencoder_{name}")
    assert written.design == replace(api.ready_design(f"{name}-autoencoder"), expect={})
    plan = written.plan()
    assert plan.totals.params == 3_369
    assert [shape[0] for shape in shapes(plan)] == sizes
    assert without_batch(plan.row("code").output_shape) == code_shape
    assert shapes(plan)[-1] == (28, 28, 1)

    run = lamella.train(written, epochs=2, batch_size=128, out=tmp_path / "run")
    assert run.epochs[-1].val_loss < run.epochs[0].val_loss < 0.5
    assert run.quality.code_numbers == np.prod(code_shape)
    assert run.quality.floor_bce < run.quality.network.bce < 0.35
    sheet = lamella.running.restored_sheet(run.folder)
    assert sheet[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(sheet) > len(rows([np.zeros((10, 28, 28, 1)), np.zeros((10, 28, 28, 1))]))
