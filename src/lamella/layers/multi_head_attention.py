"""Attention in several heads, with learned projections: MultiHeadAttention, GroupQueryAttention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    FLAG,
    PLAIN,
    argument,
    integer,
    one_or_more,
    optional,
)
from lamella.layers.arguments import (
    number as a_number,
)
from lamella.layers.attention import (
    ATTENTION_FLAGS,
    QUERY_VALUE_KEY,
    need_equal,
    need_same_rank,
    no_positions,
    with_key,
)
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, Work, product
from lamella.layers.convolution import input_channels
from lamella.layers.heads import attended_views, head_formulas, kept_by_heads, projected
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape

ATTENTION_MASKS: Final = ("query_mask", "value_mask", "key_mask", "attention_mask")


class MultiHeadAttention(Layer):
    """Each position of the query gathers values of all positions: (B, T, n), (B, S, m) -> (B, T, n).

    Called on the query, the value and, where it is another tensor, the key. Pictures are attended over all their
    positions, or along `attention_axes`.
    """

    num_heads: int = argument(integer(1, 8))
    key_dim: int = argument(integer(1, 64))
    value_dim: int | None = argument(optional(integer(1, 64)), None)
    dropout: float = argument(a_number(0, 1), 0.0)
    use_bias: bool = argument(FLAG, True)
    projected_shape: tuple[int, ...] | None = argument(optional(one_or_more(1, (64,))), None, called="output_shape")
    attention_axes: tuple[int, ...] | None = argument(optional(one_or_more(None, (1,))), None)
    sliding_window: int | None = argument(optional(integer(1, 128)), None)
    flash_attention: bool | None = argument(optional(FLAG), None)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)
    use_gate: bool = argument(FLAG, False)
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = ATTENTION_FLAGS
    call_tensors: ClassVar[tuple[str, ...]] = ATTENTION_MASKS
    input_count = (2, 3)
    call_names = QUERY_VALUE_KEY
    one_rank = True
    inner_learn = True
    sentence = Text(
        "Lets every position look at all others and gather what fits it, in several heads at once.",
        "모든 위치가 다른 위치를 보고 자기에게 맞는 것을 모읍니다. 여러 헤드가 함께 합니다.",
    )
    source = "Vaswani et al. 2017; keras/src/layers/attention/multi_head_attention.py"
    examples = (
        ({"num_heads": 2, "key_dim": 8}, ((5, 6), (5, 6))),
        ({"num_heads": 3, "key_dim": 4, "value_dim": 5, "use_gate": True}, ((5, 6), (7, 4), (7, 3))),
        ({"num_heads": 2, "key_dim": 3, "attention_axes": (2,), "use_bias": False}, ((3, 4, 6), (3, 7, 5))),
        ({"num_heads": 1, "key_dim": 4, "output_shape": (2, 3), "sliding_window": 2}, ((6, 5), (6, 5))),
    )

    def conflicts(self) -> list[Problem]:
        return flash_and_dropout(self.flash_attention, self.dropout)

    def output_shape(self, *inputs: Shape) -> Shape:
        query, value, key = with_key(inputs)
        found = (*query[:-1], *(self.projected_shape or query[-1:]))
        for shape in inputs:
            if len(shape) < 3:
                raise no_positions(self.type, shape)
        need_same_rank(self.type, inputs)
        along = self._axes(query)
        if self.sliding_window is not None and along != (1,):
            raise ShapeError(_window_needs_one_axis(self.sliding_window, along), found)
        which = phrase("value and key", "value와 key")
        need_equal(self.type, which, inputs, (value, key), range(1, len(query) - 1), found, both_open=True)
        others = [axis for axis in range(1, len(query) - 1) if axis not in along]
        need_equal(self.type, phrase("query and value", "query와 value"), inputs, (query, value), others, found)
        return found

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """With return_attention_scores how much each query takes of each value in each head, too: (B, heads, T, S)."""
        first = self.output_shape(*inputs)
        query, value, _ = with_key(inputs)
        along = self._axes(query)
        beside = (query[axis] for axis in range(1, len(query) - 1) if axis not in along)
        scores = (query[0], *beside, self.num_heads, *(query[axis] for axis in along), *(value[axis] for axis in along))
        return (first, scores) if self.called.get("return_attention_scores") else (first,)

    def declared_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """Keras states scores of axis 1 of the query with itself, whatever is attended."""
        first, *scores = self.output_shapes(*inputs)
        query = inputs[0]
        return (first, (query[0], self.num_heads, query[1], query[1])) if scores else (first,)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        query, value, key = with_key(inputs)
        along = self._axes(query)
        positions = range(1, len(query) - 1)
        beside = [(query[axis], value[axis]) for axis in positions if axis not in along]
        return (*beside, *((value[axis], key[axis]) for axis in positions))

    def _axes(self, query: Shape) -> tuple[int, ...]:
        """The attended axes, all between the batch and the features."""
        last = len(query) - 2
        if self.attention_axes is None:
            return tuple(range(1, last + 1))
        found = tuple(axis if axis >= 0 else len(query) + axis for axis in self.attention_axes)
        if len(set(found)) < len(found) or not all(1 <= axis <= last for axis in found):
            facts = {"axes": self.attention_axes, "shape": show_shape(query), "low": 1, "high": last}
            raise ShapeError(problem("attention axes", **facts))
        return tuple(sorted(found))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        query, value, key = with_key(inputs)
        features = [input_channels(self.type, shape, -1) for shape in (query, key, value)]
        heads, value_dim = self.num_heads, self.value_dim or self.key_dim
        gate = [((features[0],), (heads, value_dim))] if self.use_gate else []
        output = self.projected_shape or (features[0],)
        projections = [
            ((features[0],), (heads, self.key_dim)),
            ((features[1],), (heads, self.key_dim)),
            *gate,
            ((features[2],), (heads, value_dim)),
            ((heads, value_dim), output),
        ]
        return projected(projections, self.use_bias)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        query, value, key = with_key(inputs)
        along = self._axes(query)
        heads, key_dim, value_dim = self.num_heads, self.key_dim, self.value_dim or self.key_dim
        beside = [query[axis] for axis in range(1, len(query) - 1) if axis not in along]
        scores = (*beside, heads, *(query[axis] for axis in along), *(value[axis] for axis in along))
        gate = [Work((*query[1:-1], heads, value_dim, query[-1]), "gate")] if self.use_gate else []
        return (
            Work((*query[1:-1], heads, key_dim, query[-1]), "query"),
            Work((*key[1:-1], heads, key_dim, key[-1]), "key"),
            *gate,
            Work((*value[1:-1], heads, value_dim, value[-1]), "value"),
            Work((*scores, key_dim), "scores"),
            Work((*scores, value_dim), "weighted sum"),
            Work((*output[1:], heads, value_dim), "output"),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        query = inputs[0]
        along = self._axes(query)
        beside = [axis for axis in range(1, len(query) - 1) if axis not in along]
        return attended_views(inputs, beside, self.sliding_window, causal=bool(self.called.get("use_causal_mask")))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_by("tensorflow", inputs, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        query, value, _ = with_key(inputs)
        numbers = next(product(each.factors[:-1]) for each in self.work(inputs, output) if each.what == "scores")
        key_dim, value_dim = self.key_dim, self.value_dim or self.key_dim
        return kept_by_heads(
            (query, value), self.num_heads, (key_dim, value_dim), numbers, self.dropout > 0, self.use_gate, engine
        )

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return head_formulas(self.key_dim, self.use_bias, self.use_gate, self.sliding_window, "h")


class GroupQueryAttention(Layer):
    """Attention whose query heads share key and value heads in groups: (B, T, n), (B, S, n) -> (B, T, n).

    Called on the query, the value and, where it is another tensor, the key.
    """

    head_dim: int = argument(integer(1, 64))
    num_query_heads: int = argument(integer(1, 8))
    num_key_value_heads: int = argument(integer(1, 2))
    dropout: float = argument(a_number(0, 1), 0.0)
    use_bias: bool = argument(FLAG, True)
    sliding_window: int | None = argument(optional(integer(1, 128)), None)
    flash_attention: bool | None = argument(optional(FLAG), None)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)
    use_gate: bool = argument(FLAG, False)
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = ATTENTION_FLAGS
    call_tensors: ClassVar[tuple[str, ...]] = ATTENTION_MASKS
    inner_learn = True
    input_count = (2, 3)
    call_names = QUERY_VALUE_KEY
    sentence = Text(
        "Attention in many heads, of which several share one key and one value, which saves memory.",
        "여러 헤드로 주의를 기울이되, 몇 헤드가 key와 value 하나를 함께 써서 메모리를 아낍니다.",
    )
    source = "Ainslie et al. 2023; keras/src/layers/attention/grouped_query_attention.py"
    examples = (
        ({"head_dim": 8, "num_query_heads": 4, "num_key_value_heads": 2}, ((5, 6), (7, 6))),
        (
            {"head_dim": 3, "num_query_heads": 6, "num_key_value_heads": 1, "use_gate": True, "use_bias": False},
            ((5, 6), (7, 6), (7, 4)),
        ),
    )

    def conflicts(self) -> list[Problem]:
        found = flash_and_dropout(self.flash_attention, self.dropout)
        if self.num_query_heads % self.num_key_value_heads:
            reason = phrase(
                "every key and value head serves the same number of query heads",
                "key·value 헤드마다 맡는 query 헤드의 수가 같아야 합니다",
            )
            fits = [each for each in range(1, self.num_query_heads + 1) if self.num_query_heads % each == 0]
            fix = phrase(
                "num_key_value_heads can be {fits:list}.",
                "num_key_value_heads로 쓸 수 있는 값: {fits:list}.",
                fits=fits,
            )
            received = f"{self.num_query_heads}, {self.num_key_value_heads}"
            facts = {"first": "num_query_heads", "second": "num_key_value_heads", "received": received}
            found.append(problem("arguments conflict", **facts, reason=reason, suggestion=fix))
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        query, value, key = with_key(inputs)
        for shape in inputs:
            if len(shape) != 3:
                words = phrase("3 axes (batch, positions, features)", "축 3개(batch, 위치, 특징)")
                raise no_positions(self.type, shape, words)
        which = phrase("query and value", "query와 value")
        need_equal(self.type, which, inputs, (query, value), (2,), query)
        need_equal(self.type, phrase("value and key", "value와 key"), inputs, (value, key), (1,), query, both_open=True)
        return query

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """With return_attention_scores how much each query takes of each value in each head, too: (B, heads, T, S)."""
        first = self.output_shape(*inputs)
        scores = (first[0], self.num_query_heads, first[1], inputs[1][1])
        return (first, scores) if self.called.get("return_attention_scores") else (first,)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        _, value, key = with_key(inputs)
        return ((value[1], key[1]),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        query, value, key = with_key(inputs)
        features = [input_channels(self.type, shape, -1) for shape in (query, key, value)]
        own, shared = (self.num_query_heads, self.head_dim), (self.num_key_value_heads, self.head_dim)
        gate = [((features[0],), own)] if self.use_gate else []
        projections = [
            ((features[0],), own),
            ((features[1],), shared),
            *gate,
            ((features[2],), shared),
            (own, (features[0],)),
        ]
        return projected(projections, self.use_bias)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        query, value, key = with_key(inputs)
        heads, shared, size = self.num_query_heads, self.num_key_value_heads, self.head_dim
        gate = [Work((query[1], heads, size, query[2]), "gate")] if self.use_gate else []
        return (
            Work((query[1], heads, size, query[2]), "query"),
            Work((key[1], shared, size, key[2]), "key"),
            *gate,
            Work((value[1], shared, size, value[2]), "value"),
            Work((heads, query[1], value[1], size), "scores"),
            Work((heads, query[1], value[1], size), "weighted sum"),
            Work((*output[1:], heads, size), "output"),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return attended_views(inputs, (), self.sliding_window, causal=bool(self.called.get("use_causal_mask")))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_by("tensorflow", inputs, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Keys and values are repeated for every query head before they are used."""
        query, value, _ = with_key(inputs)
        heads, size = self.num_query_heads, self.head_dim
        numbers = product((heads, query[1], value[1]))
        return kept_by_heads((query, value), heads, (size, size), numbers, self.dropout > 0, self.use_gate, engine)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        group = self.num_query_heads // self.num_key_value_heads
        shared = "h" if group == 1 else f"⌊h / {group}⌋"
        return head_formulas(self.head_dim, self.use_bias, self.use_gate, self.sliding_window, shared)


def flash_and_dropout(flash: bool | None, dropout: float) -> list[Problem]:
    if not flash or not dropout:
        return []
    reason = phrase("flash attention has no dropout", "flash attention에는 dropout이 없습니다")
    fix = phrase("Set dropout: 0, or leave flash_attention out.", "dropout: 0으로 하거나 flash_attention을 지우세요.")
    facts = {"first": "flash_attention", "second": "dropout", "received": f"{flash}, {dropout}"}
    return [problem("arguments conflict", **facts, reason=reason, suggestion=fix)]


def _window_needs_one_axis(window: int, axes: tuple[int, ...]) -> Problem:
    reason = phrase("Keras lays the window along axis 1 only", "Keras의 창은 axis 1을 따라서만 놓입니다")
    fix = phrase(
        "Attend along axis 1 alone, or leave sliding_window out.",
        "axis 1만 attention_axes로 쓰거나 sliding_window를 지우세요.",
    )
    facts = {"first": "sliding_window", "second": "attention_axes", "received": f"{window}, {axes}"}
    return problem("arguments conflict", **facts, reason=reason, suggestion=fix)
