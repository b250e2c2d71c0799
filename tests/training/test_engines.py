"""Training on JAX and PyTorch: the losses of Keras' own `fit`, the same restoring, no engine beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from platform import libc_ver
from typing import Any

import numpy as np
import pytest

import lamella
from lamella import running
from lamella.restoration.engine import Engine
from lamella.training.data import to_float

DESIGNS = Path(lamella.__file__).parent / "designs"
STRIDED = """
input: [24, 24, 2]
layers:
  - Conv2D: {filters: 32, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2DTranspose: {filters: 32, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2D: {filters: 2, kernel_size: 1, activation: sigmoid}
"""
ENGINES = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed"))
    for name in ("jax", "torch")
]


def on_engine(engine: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("on_engine.py")), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"KERAS_BACKEND": engine}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["engine"] == engine
    assert "tensorflow" not in found["loaded"], "its threads would compete"
    assert engine in found["loaded"]
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["upsampling-autoencoder", "transposed-autoencoder", "strided"])
def test_the_losses_are_those_of_fit(engine: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(STRIDED if name == "strided" else (DESIGNS / f"{name}.yaml").read_text("utf-8"), "utf-8")
    found = on_engine(engine, "losses", file)
    assert len(found["lamella"]) == len(found["fit"]) == 20
    np.testing.assert_allclose(found["lamella"], found["fit"], atol=1e-4, rtol=0)
    assert found["fit"][0] != found["fit"][-1]
    if name != "strided" or engine == "jax":  # whose compiler multiplies a transposed convolution's zeros
        assert found["rewrites"] > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_restores_as_the_model_that_was_trained(engine: str, tmp_path: Path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(STRIDED, "utf-8")
    found = on_engine(engine, "run", file, tmp_path / "run")
    assert found["status"] == "finished"
    assert found["losses"][1] < found["losses"][0]
    images = to_float(np.random.default_rng(3).integers(0, 256, (90, 24, 24, 2), np.uint8)[70:])
    restored = Engine(running.load_run(tmp_path / "run")).restore(images)
    np.testing.assert_allclose(restored, np.load(tmp_path / "run.npy"), atol=1e-5)


TRAIN = (
    "import sys; from lamella.doors.cli import main; sys.argv = ['lamella', 'train', *sys.argv[1:]]; sys.exit(main())"
)
GONE = "import sys; sys.modules['jax'] = None; "


@pytest.mark.parametrize(
    ("before", "engine", "language", "status", "words"),
    [
        ("", "mxnet", "en", 2, 'KERAS_BACKEND must be tensorflow, jax, torch. Received "mxnet".'),
        ("", "mxnet", "ko", 2, 'KERAS_BACKEND에는 다음이 필요합니다: tensorflow, jax, torch. 받은 값: "mxnet".'),
        (GONE, "jax", "en", 2, "jax is not installed; training and restoring needs it. pip install 'lamella[jax]'"),
        (GONE, "jax", "ko", 2, "jax: 설치되어 있지 않습니다. 학습과 복원에 필요합니다. pip install 'lamella[jax]'"),
    ],
)
def test_an_engine_that_is_none_or_not_there_is_one_error(
    before: str, engine: str, language: str, status: int, words: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", before + TRAIN, str(DESIGNS / "upsampling-autoencoder.yaml")]
    command += ["--lang", language, "--out", str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": engine, "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8")
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(not Path("/proc/self/statm").exists() or libc_ver()[0] != "glibc", reason="not glibc on Linux")
def test_freed_memory_stays_with_the_process() -> None:
    program = """
import sys, numpy
from pathlib import Path
from lamella.training.freed_memory import keep_freed_memory
assert sys.argv[1] == "given back" or keep_freed_memory("jax")
pages = lambda: int(Path("/proc/self/statm").read_text().split()[1])
before = pages()
array = numpy.ones(2**23)
held = pages() - before
del array
print((pages() - before) / held)
"""
    kept, given = (
        float(subprocess.run([sys.executable, "-c", program, way], capture_output=True, text=True, check=True).stdout)
        for way in ("kept", "given back")
    )
    assert kept > 0.9
    assert given < 0.1
