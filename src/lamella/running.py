"""The verbs of runs: train, demo, restore, export, and report, which tells of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamella.api import must_be_new, must_be_writable, new, plan, read, write_new
from lamella.building.engines import load_keras, need_for_export, need_for_restoring, need_for_training
from lamella.errors import UsageError, problem
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.api import Source
    from lamella.reports.run_report import Report
    from lamella.restoration.engine import Restored
    from lamella.restoration.restorer import Restorer
    from lamella.training.run import Run
    from lamella.training.settings import Watch


def train(
    source: Source,
    data: str = "digits",
    *,
    epochs: int = 40,
    batch_size: int = 64,
    learning_rate: float = 0.003,
    patience: int = 8,
    seed: int = 0,
    time_limit_s: float | None = None,
    precision: str = "float32",
    out: str | Path | None = None,
    watch: Watch | None = None,
    whole_process: bool = False,
) -> Run:
    """Trains a design to restore images (each is its own label) and writes a run folder.

    Binary cross-entropy, Adam, a tenth of the training images held out, early stopping after `patience` epochs
    without a better held-out loss. `data` is "digits", "mnist:FOLDER" or "folder:FOLDER" (PNG and JPEG, fitted to the
    input, a tenth tested on); `out` must be new or empty (default: runs/NAME). `watch` is called with a `Progress`
    while training; without one a Jupyter notebook shows a line that is kept up to date. Ctrl-C keeps the best so far.
    `whole_process`: nothing else uses TensorFlow in this process, whose operations then run on one processor each,
    which is faster, and on JAX and PyTorch memory that was freed stays with it.
    `precision`: "float32", "bf16" (bfloat16 where the processor can and the loss agrees) or "auto" (where it gains).

    Raises `SourceError`, `UsageError`, `DesignError`, `DataError`, `RunError`, `BuildError`,
    `MissingEngineError` before anything is trained, `TrainingError` where the loss is not finite.
    """
    design = read(source)
    need_for_training()
    from lamella.reports.notebook.progress import shown_in_notebook
    from lamella.training.freed_memory import keep_freed_memory
    from lamella.training.lanes import use_whole_process
    from lamella.training.run import free_folder
    from lamella.training.settings import Settings
    from lamella.training.trainer import train as train_design

    settings = Settings(
        data, epochs, batch_size, learning_rate, patience, seed=seed, time_limit_s=time_limit_s, precision=precision
    )
    folder = free_folder(Path("runs"), design.name) if out is None else Path(out)
    if whole_process:
        keep_freed_memory(load_keras().backend.backend())
        use_whole_process(plan(design))
    if watch is not None:
        return train_design(design, settings, folder, watch)
    with shown_in_notebook(time_limit_s) as notebook:
        return train_design(design, settings, folder, notebook)


def demo(
    out: str | Path | None = None, *, watch: Watch | None = None, language: str | None = None, **settings: Any
) -> Run:
    """The whole way on the embedded digits, into a folder (new or empty; default: lamella-demo): the ready design
    `upsampling-autoencoder`, its run, `restored.png` and `report.html`. `settings` as for `train`.
    """
    need_for_training()
    from lamella.training.run import free_folder, make_folder, write_bytes

    folder = free_folder(Path(), "lamella-demo") if out is None else Path(out)
    make_folder(folder)
    new("upsampling-autoencoder", folder / "design.yaml")
    run = train(folder / "design.yaml", out=folder / "run", watch=watch, **settings)
    write_bytes(folder / "restored.png", restored_sheet(run))
    report(run, folder / "report.html", language=language)
    return run


def load_run(run: str | Path | Run) -> Run:
    """The run in a folder that `train` wrote. Raises `RunError`."""
    need_for_restoring()
    from lamella.training.run import Run, load

    return run if isinstance(run, Run) else load(run)


def restore(
    run: str | Path | Run, pictures: Sequence[str | Path], out: str | Path, engine: str = "auto"
) -> list[Restored]:
    """Restores PNG and JPEG pictures, or those in folders, into the folder `out` (or a .png for one picture).

    Pictures are fitted to the design's input; each `Restored` says how, or which problem kept it from being
    restored. `engine` is "onnxruntime", "openvino" (where it is installed), or "auto": OpenVINO where that was seen to
    be faster with this network. Raises `RunError`, `DataError`, `UsageError`, `MissingEngineError`.
    """
    loaded = load_run(run)
    from lamella.restoration.engine import restore_files

    return restore_files(loaded, [Path(each) for each in pictures], Path(out), engine)


def restorer(run: str | Path | Run, engine: str = "auto") -> Restorer:
    """A run as a function of arrays (n, height, width, channels) with numbers in [0, 1], made for many calls.

    The engine is chosen by a short measurement at the first call; `engine` as for `restore`. Raises `RunError`,
    `UsageError`, `MissingEngineError`.
    """
    loaded = load_run(run)
    from lamella.restoration.restorer import Restorer

    return Restorer(loaded, engine)


def export(run: str | Path | Run, out: str | Path) -> None:
    """Writes a run as an ONNX model to a file that does not exist yet: FILE.onnx, for any program that runs ONNX.

    It takes and gives what the design takes and gives: float32 images in [0, 1], channels last, as many as one
    likes, and of any size where the design leaves that open; inside it is rewritten where that saves time. Raises
    `RunError`, `UsageError` where the file can't be written, `BuildError` with every layer that can't, and
    `MissingEngineError`.
    """
    if Path(out).suffix.lower() != ".onnx":
        expected = phrase("a file that ends in .onnx", ".onnx로 끝나는 파일")
        raise UsageError(problem("setting", option="-o", expected=expected, received=str(out)))
    must_be_new(out)
    need_for_export()
    from lamella.building.onnx_session import rewritten_onnx
    from lamella.training.run import Run, check_finite, load

    found = run if isinstance(run, Run) else load(run)
    weights = found.weights()
    check_finite(weights)
    write_new(out, rewritten_onnx(found.design, weights))


def restored_sheet(run: str | Path | Run, images: int = 10) -> bytes:
    """A PNG with the first held-out images of the run's data over the same images restored."""
    loaded = load_run(run)
    from lamella.pictures import quiet
    from lamella.reports.draw.sheet import rows
    from lamella.restoration.engine import Engine
    from lamella.training.data import held_out, to_float

    engine = Engine(loaded)
    with quiet():
        originals = to_float(held_out(loaded.facts["settings"]["data"], engine.shape).images[:images])
    return rows([originals, engine.restore(originals)])


def report(
    run: str | Path | Run,
    out: str | Path | None = None,
    *,
    card: str | Path | None = None,
    data: str | None = None,
    seed: int = 0,
    language: str | None = None,
) -> Report:
    """What a colleague needs to trust a run, as one HTML text and as a model card in Markdown.

    The images that were held out from all training are restored again: the worst are shown, and some drawn with `seed`.
    `data` says where the run's data are now, where they have moved; where they can't be had, `missing` says why, and
    the report has no pictures. `out` (.html) and `card` (.md) are new files to write. It needs no Keras, but for a
    layer that ONNX has no words for. Raises `RunError` for a folder that is no run and for weights that are broken or
    not finite, `UsageError` where a file can't be written, `DataError` where `data` is given and is not the run's,
    `DesignError` where a restored pixel is not finite, and `MissingEngineError`.
    """
    for path, endings in ((out, (".html", ".htm")), (card, (".md",))):
        if path is not None:
            _check_new(path, endings)
    loaded = load_run(run)
    from lamella.reports.evidence import evidence
    from lamella.reports.model_card import model_card
    from lamella.reports.run_report import Report, run_report
    from lamella.texts.languages import chosen_language

    words, found = chosen_language(language), evidence(loaded, seed, data)
    made = Report(run_report(found, words), model_card(found, words), found.missing)
    if card is not None:
        write_new(card, made.card.encode())
    try:
        if out is not None:
            write_new(out, made.html.encode())
    except UsageError:
        if card is not None:
            Path(card).unlink()
        raise
    return made


def _check_new(path: str | Path, endings: Sequence[str]) -> None:
    """Raises `UsageError` where no new file with one of these endings can be written."""
    if Path(path).suffix.lower() not in endings:
        expected = phrase("a file that ends in {ending}", "이름이 {ending} 확장자로 끝나는 파일", ending=endings[0])
        option = "-o" if endings[0] == ".html" else "--card"
        raise UsageError(problem("setting", option=option, expected=expected, received=str(path)))
    must_be_writable(path)
