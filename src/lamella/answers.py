"""The verbs that answer before anything runs: check, fix, sizes, mirror, diff, and what explains a layer or a code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamella.api import plan, read, unknown
from lamella.errors import Place, SourceError, UsageError, problem
from lamella.files import rewrite_whole
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lamella.api import Source
    from lamella.checks import Check
    from lamella.design import Design
    from lamella.errors import Problem
    from lamella.planning.alignment import Difference
    from lamella.planning.fitting_sizes import Sizes
    from lamella.planning.plan import Plan, Row
    from lamella.texts.problem_text import ProblemText


def check(
    source: Source, select: Sequence[str] = (), ignore: Sequence[str] = (), expect: Mapping[str, object] | None = None
) -> tuple[Problem, ...]:
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
    return (*findings(found, select, ignore), *unmet(found, expect or {}))


def layer_of(source: Source, name: str) -> tuple[Plan, Row]:
    """The plan of a design and its row of one layer. Raises `UsageError` where there is no layer of that name."""
    found = plan(source)
    row = found.by_name.get(name)
    if row is None:
        raise UsageError(unknown(phrase("layer", "레이어"), name, list(found.by_name)))
    return found, row


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

    Raises `SourceError` for an unreadable file.
    """
    from lamella.planning.fitting_sizes import fitting

    return fitting(read(source))


def diff(before: Source, after: Source, **settings: Any) -> Difference:
    """Two designs beside each other, layers paired as a person would; `settings` are those of `plan`.

    A path may be REVISION:PATH, a file as git holds it. Raises `SourceError` for an unreadable file.
    """
    from lamella.planning.alignment import Difference, aligned

    one, other = plan(before, **settings), plan(after, **settings)
    return Difference(one, other, tuple(aligned(one, other)))


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


def mirror_text(path: str | Path, **how: Any) -> str:
    """The same as a design file; where the encoder is one, its text is kept with its comments and grown."""
    from lamella.sources.yaml_edit import extended
    from lamella.sources.yaml_writer import write as write_yaml

    whole = mirror(path, **how)
    file = Path(path)
    if not how.get("decoder_only") and file.suffix in (".yaml", ".yml"):
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
