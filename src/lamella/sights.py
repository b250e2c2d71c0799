"""The verbs that show: what layers see of a picture, and what is claimed of layers, measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lamella.api import must_be_new, plan, read, unknown, write_new
from lamella.building.engines import need_for_restoring, need_for_training
from lamella.design import FreeNames
from lamella.errors import DesignError, Place, UsageError, problem
from lamella.running import load_run
from lamella.texts.languages import chosen_language, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.api import Source
    from lamella.reports.claims import Claim
    from lamella.seeing.maps import Sight
    from lamella.texts.languages import Phrase
    from lamella.training.run import Run

WEIGHTS = ("random", "sobel")
"""Weights that a design without any can be seen with; else they are in a safetensors file."""


def see(
    source: Source | Run,
    image: str | Path,
    *,
    weights: str | Path | None = None,
    layers: Sequence[str] = (),
    seed: int = 0,
    out: str | Path | None = None,
    language: str | None = None,
) -> Sight:
    """What the layers of a run, or of a design, make of one PNG or JPEG picture: maps, filters, range, zeros.

    `weights` of a design: "random" (as Keras starts, by `seed`), "sobel" (Sobel's kernels in the first convolutions),
    or a safetensors file keyed "node/weight". `layers` names those to see, by default all. `out`: a new .html, or a
    new folder for index.html and every picture as PNG. The picture is fitted to the design's input; where that is
    open, it keeps its size. Raises `SourceError`, `RunError`, `DataError`, `UsageError`, `DesignError`, `BuildError`
    with every layer that ONNX can't hold, and `MissingEngineError`.
    """
    need_for_restoring()
    from lamella import pictures
    from lamella.reports.sight_report import weights_words
    from lamella.seeing.maps import input_shape
    from lamella.seeing.maps import see as see_design
    from lamella.seeing.starting_weights import random_weights, with_sobel
    from lamella.training.run import Run, read_weights

    if out is not None:
        must_be_new(out)
    run = None
    if isinstance(source, Run) or (isinstance(source, (str, Path)) and Path(source).is_dir()):
        run = load_run(source)
    design = read(source) if run is None else run.design
    if run is None and weights is None:
        raise DesignError(problem("no weights"))
    found = plan(design)
    with pictures.quiet():
        taken = pictures.read(Path(image), input_shape(found))
    if found.errors:
        raise DesignError(found.errors)
    if found.open_sizes:
        found = plan(design, input=taken.pixels.shape)
    if weights is not None and str(weights) in WEIGHTS:
        held, words = random_weights(found, seed), weights_words(str(weights), seed=seed)
        held = with_sobel(found, held) if weights == "sobel" else held
    elif weights is not None:
        if not Path(weights).exists():
            expected = phrase("random, sobel or a safetensors file", "random, sobel 또는 safetensors 파일")
            raise UsageError(problem("setting", option="--weights", expected=expected, received=str(weights)))
        held, words = read_weights(Path(weights), design), weights_words("file", file=Path(weights).name)
    else:
        assert run is not None, "a design without weights was refused"
        held, words = run.weights(), weights_words("run", file=run.folder.name)
    sight = see_design(found, held, taken, layers)
    if out is not None:
        _write(sight, words, Path(out), language)
    return sight


_OF_FILES = (".html", ".htm", ".png", ".svg", ".jpg", ".jpeg", ".pdf", ".gif", ".webp")
CLAIMS = (
    *("padding", "stride", "checkerboard", "pooling", "shift", "dense", "bias", "depth"),
    *("edges", "flatten", "overfitting"),
)
"""What `claim` measures; those of `reports.claims.CLAIMS`, known before they are loaded."""

PICTURED = ("padding", "stride", "pooling", "shift", "edges")
"""Those that a picture can show; of `reports.claims.ON_PICTURES`."""


def claim(name: str, *, image: str | Path | None = None, seed: int = 0) -> Claim:
    """One thing that is said of layers, measured: `measured` (data), `text(language)`, `draw(language)` (SVG).

    `image`: a PNG or JPEG picture on which a claim of `PICTURED` is shown, in grey and its longer side at most 96 px.
    Raises `UsageError` with the names, `DataError` where the picture can't be read or has nothing to show, and
    `MissingEngineError` where what it needs is not installed.
    """
    if name not in CLAIMS:
        raise UsageError(unknown(phrase("claim", "주장"), name, list(CLAIMS)))
    if image is not None and name not in PICTURED:
        raise UsageError(problem("claim without picture", name=name, names=", ".join(PICTURED)))
    need_for_restoring()
    from lamella.reports.claims import CLAIMS as MEASURES
    from lamella.reports.claims import ON_PICTURES
    from lamella.reports.claims.claim import TRAINED

    if name in TRAINED:
        need_for_training()
    return MEASURES[name](seed) if image is None else ON_PICTURES[name](seed, Path(image))


def write_claims(claims: Sequence[Claim], out: str | Path, language: str | None = None) -> None:
    """Writes claims.html and every claim's picture into a new folder. Raises `UsageError`."""
    from lamella.reports.claims.claim import claims_report

    folder, words = Path(out), chosen_language(language)
    _new_folder(folder)
    for each in claims:
        write_new(folder / f"{each.name}.svg", each.draw(words).encode())
    write_new(folder / "claims.html", claims_report(claims, words).encode())


def _write(sight: Sight, weights: Phrase, out: Path, language: str | None) -> None:
    from lamella.reports.sight_report import sheets, sight_report

    page = sight_report(sight, weights, chosen_language(language)).encode()
    if out.suffix.lower() in (".html", ".htm"):
        write_new(out, page)
        return
    _new_folder(out)
    write_new(out / "index.html", page)
    free = FreeNames(fold=True, sign="-")
    for layer in sight.layers:
        for kind, sheet in sheets(layer).items():
            name = "".join(char if char.isalnum() or char in "-_." else "-" for char in layer.row.node.name)[:100]
            write_new(out / f"{free.take(f'{name}-{kind}')}.png", sheet.png)


def _new_folder(folder: Path) -> None:
    """Makes a folder that is not there yet. Raises `UsageError`, also for a name that is that of a file."""
    must_be_new(folder)
    if folder.suffix.lower() in _OF_FILES:
        expected = phrase("the name of a folder", "폴더 이름")
        raise UsageError(problem("setting", option="-o", expected=expected, received=str(folder)))
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(problem("not writable", Place(file=str(folder)), reason=reason, option="-o")) from None
