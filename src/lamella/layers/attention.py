"""Attention without projections, Attention and AdditiveAttention, and what all attention layers ask of their inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from lamella.algebra import number
from lamella.design import Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import FLAG, argument, choice, integer, optional
from lamella.layers.arguments import number as a_number
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work, elements, product, without_batch
from lamella.layers.convolution import input_channels
from lamella.texts.languages import Phrase, Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Window

QUERY_VALUE_KEY: Final = ("query", "value", "key")
ATTENTION_FLAGS: Final = {"return_attention_scores": False, "training": False, "use_causal_mask": False}


class _Listed(Layer, abstract=True):
    """What the two have in common: a list [query, value] or [query, value, key], no projections, one head."""

    call_flags: ClassVar[Mapping[str, bool]] = ATTENTION_FLAGS
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    input_count = (2, 3)

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return (list(inputs),)

    def _repeats_features(self) -> bool:
        """Whether a query or key of one feature is repeated for all of the other's."""
        return True

    def output_shape(self, *inputs: Shape) -> Shape:
        query, value, key = with_key(inputs)
        for shape in inputs:
            if len(shape) < 3:
                raise no_positions(self.type, shape)
        need_same_rank(self.type, inputs)
        found = (*query[:-1], value[-1])
        both = phrase("query and value", "query와 value")
        need_equal(self.type, both, inputs, (query, value), range(1, len(query) - 2), found)
        which = phrase("value and key", "value와 key")
        need_equal(self.type, which, inputs, (value, key), range(1, len(query) - 1), found)
        if not (self._repeats_features() and 1 in (query[-1], key[-1])):
            axis = len(query) - 1
            need_equal(self.type, phrase("query and key", "query와 key"), inputs, (query, key), (axis,), found)
        return found

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """With return_attention_scores how much each query takes of each value, too: (B, T, S)."""
        first = self.output_shape(*inputs)
        scores = (*inputs[0][:-1], with_key(inputs)[2][-2])
        return (first, scores) if self.called.get("return_attention_scores") else (first,)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        query, value, key = with_key(inputs)
        beside = [(query[axis], value[axis]) for axis in range(1, len(query) - 2)]
        features = [] if self._repeats_features() and 1 in (query[-1], key[-1]) else [(query[-1], key[-1])]
        return (*beside, *((value[axis], key[axis]) for axis in range(1, len(query) - 1)), *features)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A position sees its own query and every key and value; an output feature is one feature of the value."""
        last = len(output) - 1
        own: AxisMap = {axis: (axis, IDENTITY) for axis in range(1, last)}
        beside: AxisMap = {axis: (axis, IDENTITY) for axis in range(1, last - 1)}
        if self.called.get("use_causal_mask"):
            beside = {**beside, last - 1: (last - 1, up_to_own(inputs[1][last - 1]))}
        value = {**beside, last: (last, IDENTITY)} if len(inputs) == 3 else beside
        return (own, value, *[beside] * (len(inputs) - 2))

    def _scores(self, inputs: tuple[Shape, ...]) -> tuple[tuple[Size, ...], Size]:
        """The sizes of the scores of one image, and over how many features each is a sum."""
        query, value, key = with_key(inputs)
        features = key[-1] if query[-1] == 1 else query[-1]
        return (*query[1:-1], value[-2]), features


class Attention(_Listed):
    """Gathers values by how well query and key agree: [(B, T, n), (B, S, m), (B, S, n)] -> (B, T, m)."""

    use_scale: bool = argument(FLAG, False)
    score_mode: str = argument(choice("dot", "concat"), "dot")
    dropout: float = argument(a_number(0, 1), 0.0)
    seed: int | None = argument(optional(integer(0)), None)

    sentence = Text(
        "Gathers for every query the values whose keys agree with it.",
        "query마다 key가 잘 맞는 value를 모읍니다.",
    )
    source = "Luong et al. 2015; keras/src/layers/attention/attention.py"
    examples = (
        ({}, ((5, 6), (7, 6))),
        ({"use_scale": True}, ((5, 6), (7, 4), (7, 6))),
        ({"use_scale": True, "score_mode": "concat"}, ((2, 5, 6), (2, 7, 6))),
    )

    def _repeats_features(self) -> bool:
        return self.score_mode == "concat"

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        names = [("scale", self.use_scale), ("concat_score_weight", self.score_mode == "concat")]
        return tuple(Weight(name, (), self.trainable) for name, wanted in names if wanted)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Scores of the mode "concat" are sums of tanh, without products."""
        sizes, features = self._scores(inputs)
        scores = [Work((*sizes, features), "scores")] if self.score_mode == "dot" else []
        return (*scores, Work((*sizes, inputs[1][-1]), "weighted sum"))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The weights after the softmax, and the key turned or, with "concat", each tanh."""
        sizes, features = self._scores(inputs)
        scores = number(product(sizes)) or 0
        wide = scores * (number(features) or 0)
        if self.score_mode == "dot":
            inner = (number(elements(with_key(inputs)[2])) or 0) + (scores if self.use_scale else 0)
        else:
            inner = wide * (1 + self.use_scale) + scores
        return _kept(scores, inner, self.dropout)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        scale = "g · " if self.use_scale else ""
        if self.score_mode == "dot":
            score = f"{scale}Σ query[t, c] · key[s, c]"
        else:
            score = f"w · Σ tanh({scale}(query[t, c] + key[s, c]))"
        return (f"a[t, s] = softmax_s({score})", "y[t, f] = Σ a[t, s] · value[s, f]")


class AdditiveAttention(_Listed):
    """Gathers values by a sum of tanh(query + key): [(B, T, n), (B, S, m), (B, S, n)] -> (B, T, m)."""

    use_scale: bool = argument(FLAG, True)
    dropout: float = argument(a_number(0, 1), 0.0)

    sentence = Text(
        "Gathers for every query the values of the keys that fit it, judged by a learned sum.",
        "query마다 key가 맞는 value를 모읍니다. 맞는 정도는 학습한 합으로 정합니다.",
    )
    source = "Bahdanau et al. 2015; keras/src/layers/attention/additive_attention.py"
    examples = (
        ({}, ((5, 6), (7, 6))),
        ({"use_scale": False}, ((5, 6), (7, 4), (7, 6))),
        ({"dropout": 0.2}, ((5, 6), (5, 6), (5, 6))),
    )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        if not self.use_scale:
            return ()
        return (Weight("scale", (input_channels(self.type, inputs[0], -1),), self.trainable),)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Scores without a scale are sums of tanh, without products."""
        sizes, features = self._scores(inputs)
        scores = [Work((*sizes, features), "scores")] if self.use_scale else []
        return (*scores, Work((*sizes, inputs[1][-1]), "weighted sum"))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        sizes, features = self._scores(inputs)
        scores = number(product(sizes)) or 0
        return _kept(scores, scores * (number(features) or 0), self.dropout)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        scale = "g[c] · " if self.use_scale else ""
        return (
            f"a[t, s] = softmax_s(Σ {scale}tanh(query[t, c] + key[s, c]))",
            "y[t, f] = Σ a[t, s] · value[s, f]",
        )


def with_key(inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
    """Query, value and key; without a key of its own the value is the key."""
    query, value, *rest = inputs
    return query, value, rest[0] if rest else value


def up_to_own(size: Size) -> Window | None:
    """The keys that a causal mask leaves to a query: those up to its own place."""
    count = number(size)
    return None if count is None else Window(count, before=count - 1)


def no_positions(type_name: str, shape: Shape, words: Phrase | None = None) -> ShapeError:
    words = words or phrase("at least 3 axes (batch, positions, features)", "축 3개 이상(batch, 위치, 특징)")
    fix = phrase("Reshape the input.", "입력을 Reshape 하세요.")
    return ShapeError(problem("rank", type=type_name, expected=words, received=show_shape(shape), suggestion=fix))


def need_same_rank(type_name: str, inputs: tuple[Shape, ...]) -> None:
    if len({len(shape) for shape in inputs}) > 1:
        raise ShapeError(problem("merge ranks", type=type_name, shapes=_shown(inputs)))


def need_equal(
    type_name: str,
    which: Phrase,
    inputs: tuple[Shape, ...],
    pair: tuple[Shape, Shape],
    axes: Iterable[int],
    found: Shape,
    both_open: bool = False,
) -> None:
    """Raises `ShapeError` where two of the inputs differ along one of the axes; open sizes may turn out equal.

    `both_open`: only where both are open, as Keras refuses an open size beside a number.
    """
    for axis in axes:
        sizes = [number(shape[axis]) for shape in pair]
        if sizes[0] != sizes[1] and (both_open or None not in sizes):
            fix = phrase("Make them equal.", "같게 맞춰 주세요.")
            facts = {"type": type_name, "which": which, "axis": axis, "shapes": _shown(inputs)}
            raise ShapeError(problem("attention sizes", **facts, suggestion=fix), found)


def _kept(scores: int, inner: int, dropout: float) -> Kept:
    """The inputs, the weights after the softmax, and what dropout leaves of them."""
    dropped = scores if dropout else 0
    return Kept(inputs=True, inner=inner + scores + dropped, mask=dropped)


def _shown(inputs: tuple[Shape, ...]) -> list[str]:
    return [show_shape(without_batch(shape)) for shape in inputs]
