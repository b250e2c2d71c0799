"""The run folder: what a training leaves behind. Each file is written beside its place and then moved there."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lamella.design import Design
from lamella.errors import LamellaError, Place, RunError, problem
from lamella.files import write_whole
from lamella.planning.planner import plan as plan_design
from lamella.shown import shown
from lamella.sources import read as read_design
from lamella.sources.yaml_writer import write as write_design
from lamella.texts.languages import phrase
from lamella.training.quality import Judgement, from_json
from lamella.training.settings import Epoch, Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamella.texts.languages import Phrase

    Weights = Mapping[str, NDArray[np.float32]]

DESIGN, FACTS, METRICS, WEIGHTS, QUALITY = (
    "design.yaml",
    "run.json",
    "metrics.jsonl",
    "weights.safetensors",
    "quality.json",
)

_OBJECTS: Final = {
    "data": ("name", "train", "test", "fitted", "fingerprint"),
    "machine": (),
    "versions": (),
    "precision": (),
}
"""Objects among a run's facts, and what must be in them."""
Kind = TypeVar("Kind")


@shown
@dataclass(frozen=True)
class Run:
    """A trained design: its folder, design, epochs, facts (settings, versions, data, times) and quality."""

    folder: Path
    design: Design
    epochs: tuple[Epoch, ...]
    facts: Mapping[str, Any]
    quality: Judgement | None

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The weights, keyed "node/weight". Raises `RunError` where the file is broken or does not fit the design."""
        return read_weights(self.folder / WEIGHTS, self.design)


def create(folder: Path, design: Design) -> None:
    """Makes the folder, which must be new or empty, and writes the design. Raises `RunError`."""
    make_folder(folder)
    write_bytes(folder / DESIGN, write_design(design).encode())


def make_folder(folder: Path) -> None:
    """Makes a folder, which must be new or empty. Raises `RunError`."""
    where = Place(file=str(folder))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(problem("run exists", where))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(problem("not writable", where, reason=error.strerror or str(error), option="--out")) from None


def free_folder(parent: Path, title: str) -> Path:
    """A folder named after a title that does not exist yet: parent/title, parent/title-2, ..."""
    name = "-".join("".join(char if char.isalnum() else " " for char in title).split()) or "run"
    candidates = (parent / (name if count == 1 else f"{name}-{count}") for count in range(1, 100_000))
    return next(each for each in candidates if not each.exists())


def write_json(path: Path, data: object) -> None:
    """JSON; a number that is infinite or none at all becomes null, since JSON has no word for it."""
    write_bytes(path, (json.dumps(_finite(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())


def _finite(data: object) -> object:
    if isinstance(data, dict):
        return {key: _finite(each) for key, each in data.items()}
    return None if isinstance(data, float) and not math.isfinite(data) else data


def write_epochs(folder: Path, epochs: list[Epoch]) -> None:
    lines = [json.dumps(each.as_json()) for each in epochs]
    write_bytes(folder / METRICS, "".join(f"{line}\n" for line in lines).encode())


def write_weights(folder: Path, weights: Weights) -> None:
    """Writes arrays keyed "node/weight" as safetensors."""
    from safetensors.numpy import save

    write_bytes(folder / WEIGHTS, save(dict(weights)))


def write_bytes(path: Path, data: bytes) -> None:
    """Writes beside the place and moves it there, so that no reader ever sees half a file. Raises `RunError`."""
    try:
        write_whole(path, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(problem("not writable", Place(file=str(path)), reason=reason, option="--out")) from None


def load(folder: str | Path) -> Run:
    """The run in a folder. Raises `RunError` where it is none."""
    folder = Path(folder)
    if not folder.is_dir():
        reason = phrase("it is a file", "파일입니다") if folder.exists() else phrase("it is not there", "없습니다")
        raise _no_run(folder, reason)
    missing = [name for name in (DESIGN, FACTS, METRICS, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise _no_run(folder, phrase("it has no {names:list}", "{names:list} 파일이 없습니다", names=missing))
    design = _part(folder, DESIGN, read_design)
    facts = _part(folder, FACTS, _facts)
    epochs = _part(folder, METRICS, _epochs)
    judgement = _part(folder, QUALITY, _judgement) if (folder / QUALITY).is_file() else None
    return Run(folder, design, epochs, facts, judgement)


def _part(folder: Path, name: str, read: Callable[[Path], Kind]) -> Kind:
    """What a file of a run holds. Raises `RunError` where it is not as train wrote it."""
    try:
        return read(folder / name)
    except (ValueError, OSError, RecursionError, LamellaError) as error:
        why: object = str(error)
    except (TypeError, KeyError, AttributeError) as error:
        why = phrase("not as train wrote it: {error}", "train이 쓴 것과 다릅니다: {error}", error=str(error))
    raise _no_run(
        folder, phrase("{name} is damaged ({why})", "{name} 파일이 손상되었습니다({why})", name=name, why=why)
    )


def _facts(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
    Settings(**facts["settings"])
    for name, least in _OBJECTS.items():
        for key in least if name in facts else ():
            facts[name][key]
        if not isinstance(facts.get(name, {}), dict):
            raise TypeError(name)
    return facts


def _epochs(path: Path) -> tuple[Epoch, ...]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for told in found:
        for name in ("epoch", "loss", "val_loss", "seconds"):
            if not isinstance(told[name], (int, float)):
                raise TypeError(name)
    return tuple(Epoch(**told) for told in found)


def _judgement(path: Path) -> Judgement:
    return from_json(json.loads(path.read_text("utf-8")))


def _no_run(folder: Path, reason: Phrase) -> RunError:
    return RunError(problem("not a run", Place(file=str(folder)), reason=reason))


def read_weights(path: Path, design: Design) -> dict[str, Any]:
    """A safetensors file's arrays, keyed "node/weight". Raises `RunError` where it is broken or of another design."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    where = Place(file=str(path))
    try:
        found = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        reason = phrase("the file is broken ({why})", "파일이 손상되었습니다({why})", why=str(error))
        raise RunError(problem("weights differ", where, reason=reason)) from None
    expected = {
        f"{row.node.name}/{each.name}": each.shape for row in plan_design(design).rows for each in row.weights or ()
    }
    received = {name: tuple(array.shape) for name, array in found.items()}
    if expected != received:
        differing = sorted({*expected.items()} ^ {*received.items()})
        names = list(dict.fromkeys(name for name, _ in differing))
        reason = phrase("these differ: {names:list}", "다른 것: {names:list}", names=names[:5])
        raise RunError(problem("weights differ", where, reason=reason))
    return found


def check_finite(weights: Weights) -> None:
    """Raises `RunError` with the names of weights that hold NaN or infinite numbers."""
    import numpy as np

    wrong = [name for name, each in weights.items() if not np.isfinite(each).all()]
    if wrong:
        raise RunError(problem("weights not finite", names=wrong[:5]))
