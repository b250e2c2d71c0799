"""The verbs. Every door calls these functions; each loads what it needs when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lamella.design import Design
from lamella.errors import SourceError, UsageError, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from lamella.layers.tracing import Tensors
    from lamella.planning.plan import Plan


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

    def plan(self, batch: int | None = None, dtype: str = "float32", optimizer: str = "adam") -> Plan:
        """The plan; see `lamella.plan`."""
        return plan(self.design, batch=batch, dtype=dtype, optimizer=optimizer)

    def summary(
        self, batch: int | None = None, print_fn: Callable[[str], object] = print, language: str | None = None
    ) -> None:
        """Prints the plan as a table."""
        from lamella.reports.plan_text import plan_text
        from lamella.texts.languages import chosen_language

        print_fn(plan_text(self.plan(batch), chosen_language(language)))

    def build(self) -> keras.Model:
        """The real `keras.Model`; see `lamella.build`."""
        return build(self.design)

    def __getattr__(self, name: str) -> object:
        if name in ("compile", "fit", "predict", "evaluate"):
            raise UsageError(problem("keras verb", name=name))
        raise AttributeError(f"'Model' object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<lamella.Model {self.name or 'without a name'}, {len(self.design.nodes)} nodes>"


def read(source: str | Path | Design | Model) -> Design:
    """The design of a path (`-` for standard input), a Design or a Model.

    Raises `SourceError` where the file is none. A design with errors is read all the same: `plan` lists them.
    """
    if isinstance(source, Design):
        return source
    if isinstance(source, Model):
        return source.design
    if isinstance(source, (str, Path)):
        from lamella import sources

        return sources.read(source)
    raise SourceError(problem("object", received=type(source).__name__))


def write(source: str | Path | Design | Model) -> str:
    """The design as the text of a design file; reading it gives an equal design."""
    from lamella.sources.yaml_writer import write as write_yaml

    return write_yaml(read(source))


def plan(
    source: str | Path | Design | Model,
    *,
    batch: int | None = None,
    dtype: str = "float32",
    optimizer: str = "adam",
) -> Plan:
    """What is known of a design before anything runs.

    `batch`: images that the memory is for; `dtype`: float32, bfloat16, float16 or float64; `optimizer`: sgd,
    momentum, rmsprop, adam, adamw or amsgrad. Raises `SourceError` for an unreadable file and `UsageError` for
    another dtype or optimizer; what is wrong in the design is in `Plan.findings`.
    """
    from lamella.planning.memory import DTYPE_BYTES, OPTIMIZER_ARRAYS
    from lamella.planning.planner import plan as plan_design

    for option, value, known in (("dtype", dtype, DTYPE_BYTES), ("optimizer", optimizer, OPTIMIZER_ARRAYS)):
        if value not in known:
            raise UsageError(problem("setting", option=option, expected=", ".join(known), received=value))
    if batch is not None and (not isinstance(batch, int) or batch < 1):
        raise UsageError(problem("setting", option="batch", expected="an integer >= 1", received=batch))
    return plan_design(read(source), batch, dtype, optimizer)


def build(source: str | Path | Design | Model) -> keras.Model:
    """The real `keras.Model` of a design, to compile, fit and predict with.

    Raises `DesignError` where the design has errors, `BuildError` where Keras differs from the plan, and
    `MissingEngineError` where Keras is not installed.
    """
    from lamella.building.keras_model import keras_model

    return keras_model(read(source))
