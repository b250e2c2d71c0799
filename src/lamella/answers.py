"""The verbs that answer: check, fix, solve, sizes, mirror, diff, those that explain, and bench, which measures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamella.api import plan, read, unknown
from lamella.building.engines import load_keras, need_for_training
from lamella.design import Design
from lamella.errors import DesignError, Findings, Place, SourceError, UsageError, problem
from lamella.files import rewrite_whole
from lamella.texts.languages import phrase
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lamella.api import Source
    from lamella.checks import Check
    from lamella.errors import Problem
    from lamella.planning.differences import Difference
    from lamella.planning.fitting_sizes import Sizes
    from lamella.planning.given_input import Given
    from lamella.planning.mirror_cost import Cost
    from lamella.reports.explained import Explained
    from lamella.rewrites import Rewritten
    from lamella.solving.solver import Solution, Solved
    from lamella.texts.problem_text import ProblemText
    from lamella.training.benchmark import Benchmark

_MOST_SECONDS = 3600


USES = ("training", "restoring")
"""What a design may be rewritten for."""


def check(
    source: Source, select: Sequence[str] = (), ignore: Sequence[str] = (), expect: Mapping[str, object] | None = None
) -> Findings:
    """Everything that is wrong with a design or likely not meant, in the order of its file.

    `select` and `ignore` name codes or how they begin ("LAM3"); errors are always given. `expect` are conditions as
    in a design's `expect:`, which are asked besides its own: {"params": "<= 1M"}. Raises `SourceError` for an
    unreadable file and `UsageError` for a code that no check has.
    """
    from lamella.checks.checking import findings, known_codes
    from lamella.layers.base import did_you_mean
    from lamella.planning.expectations import unmet

    for code in (*select, *ignore):
        if not any(each.startswith(code) for each in known_codes()):
            form = phrase("A code is LAM and three digits.", "코드는 LAM과 숫자 세 개입니다.")
            raise UsageError(problem("check code", received=code, suggestion=did_you_mean(code, known_codes(), form)))
    found = plan(source)
    return Findings((*findings(found, select, ignore), *unmet(found, expect or {})))


def explain(source: Source, layer: str) -> Explained:
    """One layer of a design with its own numbers. Raises `UsageError` where there is no layer of that name."""
    from lamella.reports.explained import explained

    found = plan(source)
    row = found.by_name.get(layer)
    if row is None:
        raise UsageError(unknown(phrase("layer", "레이어"), layer, list(found.by_name)))
    return explained(found, row)


def page(code: str) -> type[Check] | ProblemText:
    """What stands behind a code: a check with its page, or the words of an error. Raises `UsageError`."""
    from lamella.checks import CHECKS
    from lamella.texts.problems import PROBLEMS

    if code in CHECKS:
        return CHECKS[code]
    found = next((each for each in PROBLEMS.values() if each.code == code), None)
    if found is None:
        known = sorted({*CHECKS, *(each.code for each in PROBLEMS.values())})
        padded = f"LAM{code.removeprefix('LAM'):>03}"  # LAM24 for LAM024
        raise UsageError(unknown(phrase("code", "코드"), code, [padded] if padded in known else known))
    return found


def codes(begin: str) -> list[type[Check] | ProblemText]:
    """What stands behind every code that begins so, in their order."""
    from lamella.checks import CHECKS
    from lamella.texts.problems import PROBLEMS

    every = {each.code: each for each in PROBLEMS.values()} | CHECKS
    return [found for code, found in sorted(every.items()) if code.startswith(begin)]


def sizes(source: Source) -> Sizes:
    """Which sizes of pictures a design takes, and which come back at its output; `nearest` of them for a picture.

    Where weights are made for the design's own sizes (a Dense behind a Flatten), those near them that leave the weights
    as they are. Raises `SourceError` for an unreadable file and `DesignError` with what is wrong whatever the sizes.
    """
    from lamella.planning.fitting_sizes import fitting
    from lamella.planning.kept_sizes import kept

    design = read(source)
    found = fitting(design)
    if not found.faults:
        return found
    if errors := plan(replace(design, expect={})).errors:
        raise DesignError(errors)
    return kept(design, found)


def solve(source: Source, expect: Mapping[str, object] | None = None, count: int | None = 10) -> Solved:
    """Values for everything that is `any` in a design, so that it fits and meets every target; best first.

    Targets are the design's `expect:` and those in `expect` besides: {"output": [28, 28, 1]}. First come designs
    with few flaws (even kernels, places that no window sees, uneven overlap), then few parameters, then little work
    (of very many designs with equally many parameters not the least). `count` limits how many are given; None gives
    all. Every one has been planned as it is. Raises `SourceError` for an unreadable file, `DesignError` where nothing
    is open or something is wrong whatever is chosen, `UsageError` where the ranges are too wide.
    """
    from lamella.solving.relaxing import by_themselves, faults, relaxations
    from lamella.solving.solver import solved

    design = read(source)
    found = solved(design, expect or {}, count)
    if found.solutions or not found.complete:
        return found
    relaxed = tuple(relaxations(design, found.targets))
    alone = () if relaxed or len(found.targets) < 2 else tuple(by_themselves(design, found.targets))
    return found._replace(relaxed=relaxed, alone=alone, faults=() if relaxed or alone else faults(design))


def solution_text(path: str | Path, found: Solution) -> str:
    """A solution as a design file; where its source is one, all text but the values that were open stays.

    Raises `SourceError`.
    """
    from lamella.sources.yaml_edit import edited
    from lamella.sources.yaml_writer import write as write_yaml

    file, whole = Path(path), found.plan.design
    if file.suffix not in (".yaml", ".yml"):
        return write_yaml(whole)
    design = read(path)
    pairs = zip(design.nodes, whole.nodes, strict=True)
    changes: dict[str, dict[str, object]] = {}
    for old, new in pairs:
        if chosen := {name: value for name, value in new.arguments.items() if value != old.arguments.get(name)}:
            changes[old.name] = chosen
    return edited(file.read_bytes().decode(), design, changes)


def diff(before: Source, after: Source, **settings: Any) -> Difference:
    """Two designs beside each other, layers paired as a person would; `settings` are those of `plan`.

    Gives `pairs` (of each the rows `before` and `after`, what was changed, whether it is the `same` or was `moved`),
    the `changes` behind the layers and the layers that were `renamed`. A path may be REVISION:PATH, a file as git
    holds it. Raises `SourceError` for an unreadable file, `UsageError` where both are standard input.
    """
    from lamella.planning.differences import difference

    if str(before) == str(after) == "-":
        expected = phrase(
            "a file: standard input can be read once", "파일이어야 합니다. 표준 입력은 한 번만 읽을 수 있습니다"
        )
        raise UsageError(problem("setting", option="after", expected=expected, received="-"))
    return difference(plan(before, **settings), plan(after, **settings))


def mirror(
    encoder: Source, *, way: str = "upsampling", skips: bool = False, small: bool = False, decoder_only: bool = False
) -> Design:
    """Encoder and decoder as one design, whose output has exactly the input's shape.

    `way`: upsampling, transposed or resize; `skips` joins the encoder's tensors in, as in a U-Net; `small` keeps the
    decoder's kernels small; `decoder_only` gives the decoder alone, on an input of the code's shape. Raises
    `DesignError` with the encoder's errors or the layer that can't be mirrored.
    """
    from lamella.planning.mirror import WAYS, Mirror, decoder_alone, mirrored

    if way not in WAYS:
        raise UsageError(problem("setting", option="way", expected=", ".join(WAYS), received=way))
    if skips and decoder_only:
        expected = phrase(
            "left out: a decoder alone has no encoder to join in",
            "없어야 합니다. 디코더만으로는 이어 줄 인코더가 없습니다",
        )
        raise UsageError(problem("setting", option="skips", expected=expected, received=True))
    design = read(encoder)
    whole = mirrored(design, Mirror(way, skips, small))
    return decoder_alone(whole, design) if decoder_only else whole


def mirror_cost(encoder: Source, *, way: str = "upsampling", skips: bool = False, small: bool = False) -> Cost | None:
    """The Dense that holds much of a mirrored design's parameters, with what spares it; None where there is none."""
    from lamella.planning.mirror import Mirror, mirrored
    from lamella.planning.mirror_cost import cost

    design, how = read(encoder), Mirror(way, skips, small)
    return cost(design, mirrored(design, how), how)


def mirror_text(path: str | Path | Design, **how: Any) -> str:
    """The same as a design file; where the encoder is one, its text is kept with its comments and grown."""
    from lamella.sources.yaml_edit import extended
    from lamella.sources.yaml_writer import write as write_yaml

    whole = mirror(path, **how)
    if isinstance(path, Design):
        return write_yaml(whole)
    file = Path(path)
    if not how.get("decoder_only") and file.suffix in (".yaml", ".yml") and file.is_file():
        grown = extended(file.read_bytes().decode(), whole)
        if grown is not None:
            return grown
    return write_yaml(whole)


def fix(path: str | Path, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> int:
    """Mends in a design file what can be mended without changing what the design can compute; gives how much it was.

    Only the arguments concerned change: all other text stays as it is. Raises `SourceError` where the file can't be
    read, or something is to be mended and it is no file in YAML; `UsageError` where it can't be written.
    """
    from lamella.checks.checking import changes
    from lamella.sources.yaml_edit import edited

    where, file = Place(file=str(path)), Path(path)
    design = read(path)
    mended = changes(check(design, select, ignore))
    if not mended:
        return 0
    if file.suffix.lower() not in (".yaml", ".yml"):
        expected = phrase(
            "for files in YAML; change this one where it was made", "YAML 파일에만 씁니다. 원래 만든 곳에서 고치세요"
        )
        raise SourceError(problem("setting", where, option="--fix", expected=expected, received=str(path)))
    text = file.read_bytes().decode()
    try:
        new = edited(text, design, mended)
        rewrite_whole(file, new.encode())
    except OSError as error:
        option = phrase("another file", "다른 파일")
        raise UsageError(problem("not writable", where, reason=error.strerror, option=option)) from None
    return sum(map(len, mended.values()))


def rewrite(source: Source, use: str = "training", *, batch: int = 64, engine: str = "tensorflow") -> Rewritten:
    """The design in the form in which it is run: other layers with the same output, where that saves time.

    For "training" gradients are the same too; for "restoring" what no longer learns is folded. `weights` says how the
    weights are made of the original ones. For training it is counted with `batch` images, the costs of `engine`
    (tensorflow, torch, jax) and, where `lamella bench` measured it, this machine; for restoring with ONNX Runtime's
    costs on a usual machine, so that an exported model is the same everywhere. Raises `SourceError` for an unreadable
    file, `DesignError` for a design with errors, `UsageError` for others.
    """
    from lamella.planning.memory import ENGINES
    from lamella.rewrites import restoring_form, rewritten
    from lamella.training.learner import running

    for option, value, known in (("use", use, USES), ("engine", engine, ENGINES)):
        if value not in known:
            raise UsageError(problem("setting", option=option, expected=", ".join(known), received=value))
    design = read(source)
    if errors := plan(replace(design, expect={})).errors:
        raise DesignError([problem("design has errors", count=len(errors)), *errors])
    if use == "restoring":
        return restoring_form(design)
    return rewritten(design, running(ENGINES[ENGINES.index(engine)], batch))


def training_warnings(source: Source) -> tuple[Problem, ...]:
    """What is likely to spoil the training of a design without errors: an output outside [0, 1]."""
    from lamella.planning.output_range import warnings

    return warnings(plan(source))


def bench(
    source: Source,
    *,
    batch_size: int = 64,
    seconds: float = 3.0,
    input: Given | None = None,
    calibrate: bool = False,
    whole_process: bool = False,
) -> Benchmark:
    """How fast a design trains and restores on this machine, layer by layer, against the machine's own limits.

    Each of the two is measured for about `seconds` and its layers for as long, on random images in batches; `input`
    is the shape of an image where the design leaves sizes open. What the machine does at most is measured once and
    kept in the user's cache; `calibrate` measures it again. `whole_process` is as for `train`, which see.

    Raises `SourceError`, `UsageError`, `DesignError` (errors in the design, open sizes, no output of the input's
    shape), `BuildError` and `MissingEngineError` before anything is measured.
    """
    from lamella.layers.arguments import is_integer

    if not is_integer(batch_size) or batch_size < 1:
        expected = phrase("an integer >= 1", "1 이상의 정수")
        raise UsageError(problem("setting", option="batch-size", expected=expected, received=batch_size))
    number = isinstance(seconds, float) or is_integer(seconds)
    if not number or not 0 < seconds <= _MOST_SECONDS:
        expected = phrase("a number of seconds above 0, at most 3600", "0보다 크고 3600 이하인 초")
        raise UsageError(problem("setting", option="seconds", expected=expected, received=seconds))
    known = plan(source, batch=batch_size, input=input)
    if known.errors:
        raise DesignError([problem("design has errors", count=len(known.errors)), *known.errors])
    if known.open_sizes:
        received = ", ".join(show_shape((known.row(node.name).output_shape or ())[1:]) for node in known.design.inputs)
        raise DesignError(problem("bench open", received=received))
    need_for_training()
    from lamella.training.benchmark import benchmark
    from lamella.training.calibration import calibrated
    from lamella.training.lanes import use_whole_process
    from lamella.training.trainer import trained_shape

    shape = trained_shape(known)
    if (backend := load_keras().backend.backend()) != "tensorflow":
        raise UsageError(problem("setting", option="KERAS_BACKEND", expected="tensorflow", received=backend))
    if whole_process:
        use_whole_process(known)
    return benchmark(known, shape, batch_size, seconds, calibrated(again=calibrate))
