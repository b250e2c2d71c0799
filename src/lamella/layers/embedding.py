"""Tables of vectors that whole numbers pick from: Embedding, ReversibleEmbedding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.arguments import FLAG, NOTHING, PLAIN, TEXT, argument, integer, number, optional
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work, elements
from lamella.layers.convolution import input_channels
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class Embedding(Layer):
    """Each whole number becomes its row of a learned table: (B, ...) -> (B, ..., output_dim)."""

    input_dim: int = argument(integer(1, 1000))
    output_dim: int = argument(integer(1, 64))
    embeddings_initializer: object = argument(PLAIN, "uniform")
    embeddings_regularizer: object = argument(PLAIN, None)
    embeddings_constraint: object = argument(PLAIN, None)
    mask_zero: bool = argument(FLAG, False)
    first_table: None = argument(NOTHING, None, called="weights")
    lora_rank: None = argument(NOTHING, None)
    lora_alpha: None = argument(NOTHING, None)
    quantization_config: None = argument(NOTHING, None)

    sentence = Text(
        "Looks up a learned vector for every whole number, such as the number of a word.",
        "단어 번호 같은 정수마다 학습한 벡터를 찾아옵니다.",
    )
    source = "keras/src/layers/core/embedding.py"
    examples = (
        ({"input_dim": 10, "output_dim": 4}, ((5,),)),
        ({"input_dim": 3, "output_dim": 2, "mask_zero": True}, ((4, 6),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*inputs[0], self.output_dim)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("embeddings", (self.input_dim, self.output_dim), self.trainable),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({axis: (axis, IDENTITY) for axis in range(1, len(inputs[0]))},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Which rows were taken."""
        return Kept(inputs=True)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        letters = "ijklmn"[: len(output) - 2] if len(output) < 9 else "…"
        at = ", ".join(letters)
        return (f"y[{', '.join([*letters, 'f'])}] = w[x[{at}], f]",)


class ReversibleEmbedding(Embedding, without=("weights", "lora_rank", "lora_alpha", "quantization_config")):
    """An Embedding whose table can also lead back to the words: (B, ...) -> (B, ..., output_dim)."""

    input_dim: int = argument(integer(1, 1000))
    output_dim: int = argument(integer(1, 64))
    tie_weights: bool = argument(FLAG, True)
    embeddings_initializer: object = argument(PLAIN, "uniform")
    embeddings_regularizer: object = argument(PLAIN, None)
    embeddings_constraint: object = argument(PLAIN, None)
    mask_zero: bool = argument(FLAG, False)
    reverse_dtype: str | None = argument(optional(TEXT), None)
    logit_soft_cap: float | None = argument(optional(number(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = {"reverse": False}
    sentence = Text(
        "Looks up a learned vector for every whole number; the table for the way back is the same or its own.",
        "정수마다 학습한 벡터를 찾아옵니다. 되돌아가는 표는 같은 것을 쓰거나 따로 둡니다.",
    )
    source = "Press and Wolf 2016; keras/src/layers/core/reversible_embedding.py"
    examples = (
        ({"input_dim": 10, "output_dim": 4}, ((5,),)),
        ({"input_dim": 3, "output_dim": 2, "tie_weights": False, "logit_soft_cap": 30}, ((4, 6),)),
    )

    @property
    def backwards(self) -> bool:
        """Whether this use leads from vectors back to a score for every word."""
        return bool(self.called.get("reverse"))

    def output_shape(self, *inputs: Shape) -> Shape:
        if not self.backwards:
            return super().output_shape(*inputs)
        if len(inputs[0]) < 2:
            words = phrase("at least 2 axes (batch, features)", "축 2개 이상(batch, 특징)")
            facts = {"expected": words, "received": show_shape(inputs[0]), "suggestion": ""}
            raise ShapeError(problem("rank", type=self.type, **facts))
        found = (*inputs[0][:-1], self.input_dim)
        features = input_channels(self.type, inputs[0], -1)
        if features != self.output_dim:
            raise ShapeError(problem("table width", type=self.type, expected=self.output_dim, received=features), found)
        return found

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        return (Work((*output[1:], self.output_dim)),) if self.backwards else ()

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        if not self.backwards:
            return super().views(inputs, output)
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output) - 1)},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """On the way back the vectors, and with a cap the tanh."""
        capped = self.backwards and self.logit_soft_cap is not None
        return Kept(inputs=True, inner=(elements(output) or 0) if capped else 0)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if not self.backwards:
            return super().formulas(inputs, output)
        at = ", ".join("ijklmn"[: len(output) - 2] if len(output) < 9 else "…")
        place = f"{at}, " if at else ""
        table = "w[f, c]" if self.tie_weights else "v[c, f]"
        found = f"Σ x[{place}c] · {table}"
        cap = self.logit_soft_cap
        return (f"y[{place}f] = {found}" if cap is None else f"y[{place}f] = {cap} · tanh({found} / {cap})",)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        back = Weight("reverse_embeddings", (self.output_dim, self.input_dim), self.trainable)
        return super().weights(*inputs) if self.tie_weights else (*super().weights(*inputs), back)
