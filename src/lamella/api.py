"""The verbs. Every door calls these functions; each loads what it needs when it is called."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TypeAlias

from lamella.design import Design
from lamella.errors import DesignError, KerasVerbError, Place, SourceError, UsageError, problem
from lamella.files import write_whole
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from lamella.errors import Problem
    from lamella.layers.base import Layer
    from lamella.layers.tracing import Tensors
    from lamella.planning.given_input import Given
    from lamella.planning.plan import Plan
    from lamella.texts.languages import Phrase

    Source: TypeAlias = "str | Path | Design | Model | keras.Model"

WRITERS = ("yaml", "keras")
"""What `write` and `port` can write."""


class Model:
    """A design with what can be done with it; made as in Keras, from symbolic inputs and outputs.

    >>> from lamella.layers import Input, Dense
    >>> x = Input((4,))
    >>> Model(x, Dense(2)(x)).plan().totals.params
    10
    """

    def __init__(self, inputs: Tensors, outputs: Tensors, name: str | None = None) -> None:
        from lamella.layers.tracing import trace

        self.design = trace(inputs, outputs, name or "")

    @classmethod
    def of(cls, design: str | Path | Design) -> Model:
        """The model of a design or of a design file. Raises `SourceError`."""
        model = cls.__new__(cls)
        model.design = read(design)
        return model

    @property
    def name(self) -> str:
        return self.design.name

    def plan(
        self,
        batch: int | None = None,
        dtype: str = "float32",
        optimizer: str = "adam",
        like: str | None = None,
        engine: str = "tensorflow",
        input: Given | None = None,
    ) -> Plan:
        """The plan; see `lamella.plan`."""
        return plan(self.design, batch=batch, dtype=dtype, optimizer=optimizer, like=like, engine=engine, input=input)

    def summary(
        self,
        batch: int | None = None,
        print_fn: Callable[[str], object] = print,
        language: str | None = None,
        explain: bool = False,
        input: Given | None = None,
    ) -> None:
        """Prints the plan as a table; with `explain`, each layer's formulas with its numbers below."""
        from lamella.reports.explanation import explanation
        from lamella.reports.plan_text import plan_text
        from lamella.texts.languages import chosen_language

        known, words = self.plan(batch, input=input), chosen_language(language)
        print_fn(plan_text(known, words))
        if explain:
            print_fn("\n" + explanation(known, words))

    def build(self) -> keras.Model:
        """The real `keras.Model`; see `lamella.build`."""
        return build(self.design)

    def _repr_html_(self) -> str:
        from lamella.reports.notebook.parts import as_html
        from lamella.reports.notebook.plans import plan_parts
        from lamella.texts.languages import chosen_language

        language = chosen_language()
        return as_html(plan_parts(self.plan(), language), language)

    def __getattr__(self, name: str) -> object:
        if name in ("compile", "fit", "predict", "evaluate"):
            raise KerasVerbError(problem("keras verb", name=name))
        raise AttributeError(f"'Model' object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<lamella.Model {self.name or 'without a name'}, {len(self.design.nodes)} nodes>"


def read(source: Source) -> Design:
    """The design of a path (`-` for standard input), a Design, a Model or a `keras.Model`.

    Raises `SourceError` where the file is none. A design with errors is read all the same: `plan` lists them.
    """
    if isinstance(source, Design):
        return source
    if isinstance(source, Model):
        return source.design
    if isinstance(source, (str, Path)):
        from lamella import sources

        return sources.read(source)
    from lamella.sources import keras_object

    if keras_object.is_model(source):
        return keras_object.read(source)
    raise SourceError(problem("object", received=type(source).__name__))


def write(source: Source, to: str = "yaml") -> str:
    """The design as text: of a design file ("yaml"), or of Python code that makes the Keras model ("keras").

    Reading a design file gives an equal design; running the code gives a `keras.Model` that is read as the same
    design, as far as Keras keeps names. Raises `UsageError` for another `to`, `DesignError` where the source held
    what is no design, or, for code, where the design has errors, and `BuildError` with every layer that no code
    can make.
    """
    if to not in WRITERS:
        raise UsageError(problem("setting", option="to", expected=", ".join(WRITERS), received=to))
    design = read(source)
    if design.problems:
        raise DesignError(design.problems)
    if to == "keras":
        from lamella.building.keras_code import write as write_keras

        return write_keras(design)
    from lamella.sources.yaml_writer import write as write_yaml

    return write_yaml(design)


def port(source: Source, to: str, out: str | Path) -> None:
    """Writes what `write` gives to a file that does not exist yet. Raises what `write` raises."""
    write_new(out, write(source, to).encode())


def plan(
    source: Source,
    *,
    batch: int | None = None,
    dtype: str = "float32",
    optimizer: str = "adam",
    like: str | None = None,
    engine: str = "tensorflow",
    input: Given | None = None,
) -> Plan:
    """What is known of a design before anything runs.

    `batch`: images that the memory is for; `engine`: tensorflow, torch or jax, by whose rules it is counted;
    `dtype`: float32, bfloat16, float16, float64, mixed_bfloat16 or mixed_float16; `optimizer`: Keras' name of one,
    "momentum" for sgd with momentum, "amsgrad" for adam with amsgrad; `like`: the tool whose figures to give in
    place of the MACs: torchvision, fvcore, ptflops, thop or flopcounter; `input`: the shape of one image to plan for in
    place of the design's, (224, 224, 3) with None where a size stays open, for several inputs a list or a mapping by
    name (a layer that would need other weights for it is an error). Raises `SourceError` for an unreadable file and
    `UsageError` for another dtype, optimizer, engine or tool and for an input that is not the design's; what is
    wrong in the design is in `Plan.findings`.
    """
    from lamella.planning.conventions import CONVENTIONS, recounted
    from lamella.planning.memory import DTYPES, ENGINES
    from lamella.planning.optimizers import OPTIMIZERS
    from lamella.planning.planner import plan as plan_design

    choices = (("dtype", dtype, DTYPES), ("optimizer", optimizer, OPTIMIZERS), ("engine", engine, ENGINES))
    for option, value, known in (*choices, *((("like", like, CONVENTIONS),) if like is not None else ())):
        if value not in known:
            raise UsageError(problem("setting", option=option, expected=", ".join(known), received=value))
    if batch is not None and (not isinstance(batch, int) or batch < 1):
        raise UsageError(problem("setting", option="batch", expected="an integer >= 1", received=batch))

    def planned(design: Design) -> Plan:
        return plan_design(design, batch, dtype, optimizer, ENGINES[ENGINES.index(engine)])

    if input is None:
        found = planned(read(source))
    else:
        from lamella.planning.given_input import plan_with_input

        found = plan_with_input(read(source), input, planned)
    return found if like is None else recounted(found, like)


def ready_designs() -> list[str]:
    """The names of the designs that come with lamella."""
    from importlib.resources import files

    return sorted(each.name.removesuffix(".yaml") for each in files("lamella").joinpath("designs").iterdir())


def ready_design(name: str) -> Design:
    """A design that comes with lamella. Raises `UsageError` with their names."""
    from lamella.sources.yaml_file import read as read_yaml

    return read_yaml(_ready_text(name), f"{name}.yaml")


def new(name: str, path: str | Path) -> None:
    """Writes a ready design, with its comments, to a file that does not exist yet. Raises `UsageError`."""
    write_new(path, _ready_text(name))


def must_be_new(path: str | Path) -> None:
    """Raises `UsageError` where something of that name is there."""
    if os.path.lexists(path):
        raise UsageError(problem("file exists", Place(file=str(path))))


def must_be_writable(path: str | Path) -> None:
    """Raises `UsageError` where something of that name is there, or no file can be: to be asked before long work."""
    must_be_new(path)
    try:
        with TemporaryFile(dir=Path(path).parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from None


def write_new(path: str | Path, data: bytes) -> None:
    """Raises `UsageError` where something of that name is there, or no file can be."""
    must_be_new(path)
    try:
        write_whole(Path(path), data)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: str | Path, error: OSError) -> UsageError:
    folder = Path(path).parent
    gone = phrase("there is no folder {folder}", "{folder} 폴더가 없습니다", folder=str(folder))
    option = phrase("a folder that you may write to", "쓸 수 있는 폴더")
    reason = error.strerror if folder.is_dir() else gone
    return UsageError(problem("not writable", Place(file=str(path)), reason=reason, option=option))


def _ready_text(name: str) -> bytes:
    from importlib.resources import files

    if name not in ready_designs():
        raise UsageError(unknown(phrase("ready design", "준비된 설계"), name, ready_designs()))
    return files("lamella").joinpath("designs", f"{name}.yaml").read_bytes()


def layer_type(name: str) -> type[Layer]:
    """A layer type by its name in a design, in any case. Raises `UsageError` with the nearest name."""
    from lamella.layers import ALIASES, NAMED_BY, REGISTRY, nearest_type

    names = {each.lower(): each for each in REGISTRY} | {each.lower(): of for each, of in ALIASES.items()}
    if name.lower() in names:
        return REGISTRY[names[name.lower()]]
    near = nearest_type(name)
    raise UsageError(unknown(phrase("layer", "레이어"), name, [] if near is None else [near], NAMED_BY))


def layer_types(part: str = "") -> list[str]:
    """The names of all layer types, or of those whose name has this part, in any case."""
    from lamella.layers import REGISTRY

    return [name for name in REGISTRY if part.lower() in name.lower()]


def unknown(what: Phrase, name: str, known: list[str], otherwise: Phrase | None = None) -> Problem:
    from lamella.layers.base import did_you_mean

    return problem("name unknown", what=what, received=name, suggestion=did_you_mean(name, known, otherwise))


def build(source: Source) -> keras.Model:
    """The real `keras.Model` of a design, to compile, fit and predict with.

    Raises `DesignError` where the design has errors, `BuildError` where Keras differs from the plan, and
    `MissingEngineError` where Keras is not installed.
    """
    from lamella.building.keras_model import keras_model

    return keras_model(read(source))
