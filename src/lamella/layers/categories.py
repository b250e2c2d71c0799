"""CategoryEncoding, Discretization, Hashing and HashedCrossing: numbers and words as places in a table.

Where the last axis is made of tokens of one sample, "multi_hot" and "count" say which of them occur; "one_hot" says it
of each token by itself. None of it is learned, and no gradient goes through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import FLAG, Kind, Wrong, argument, choice, integer, is_integer, number, optional
from lamella.layers.axes import letters
from lamella.layers.base import AxisMap, Layer, ShapeError
from lamella.texts.languages import Phrase, phrase
from lamella.texts.languages import Text as Words
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


def conflict(first: str, second: str, reason: Phrase, received: str, fix: Phrase) -> Problem:
    """Two arguments that do not go together."""
    facts: dict[str, object] = {"first": first, "second": second, "reason": reason, "received": received}
    return problem("arguments conflict", **facts, suggestion=fix)


def missing(name: str, kind: Kind, example: object) -> Problem:
    """An argument that only its default lets out."""
    return problem("argument missing", argument=name, expected=kind.expected, example=example)


def sparse_conflict(sparse: bool, output_mode: str) -> list[Problem]:
    if not sparse or output_mode != "int":
        return []
    reason = phrase("places in a table are never sparse", "표의 자리는 희소하게 나타낼 수 없습니다")
    return [conflict("sparse", "output_mode", reason, "true, int", phrase("Leave sparse out.", "sparse를 빼 주세요."))]


def wrong_axes(type_name: str, words: Phrase, shape: Shape, fix: object = "") -> ShapeError:
    facts = {"type": type_name, "expected": words, "received": show_shape(shape), "suggestion": fix}
    return ShapeError(problem("rank", **facts))


def one_sample(type_name: str, shape: Shape) -> None:
    """Raises `ShapeError` unless each image is one sample of tokens: else Keras says one shape and gives another."""
    if len(shape) != 2:
        words = phrase("2 axes (batch, tokens)", "축 2개(batch, 토큰)")
        fix = phrase(
            "Reshape the input, or use output_mode: one_hot.", "입력을 Reshape 하거나 output_mode: one_hot을 쓰세요."
        )
        raise wrong_axes(type_name, words, shape, fix)


def hot(shape: Shape, depth: Size) -> Shape:
    """One row of the table for each token; a last axis of one token is replaced."""
    return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)


def same_axes(inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
    """Each row of the table is of the token at its place; what is no axis any more is seen whole."""
    return tuple({axis: (axis, IDENTITY) for axis in range(1, min(len(shape), len(output) - 1))} for shape in inputs)


def encoded(output_mode: str, place: str, shape: Shape, weight: str = "") -> tuple[str, ...]:
    """What becomes of the places in the table, written as of a token x."""
    index, before = letters(len(shape) - 1), letters(len(shape) - 2)
    each = place.replace("x", f"x[{index}]") if index else place
    if output_mode == "int":
        return (f"y[{index}] = {each}" if index else f"y = {each}",)
    if output_mode == "one_hot":
        rest = before if len(shape) > 1 and shape[-1] == 1 else index
        return (f"y[{rest}, k] = [{each} = k]" if rest else f"y[k] = [{each} = k]",)
    token = place.replace("x", "x[i]")
    return (f"y[k] = [∃i: {token} = k]" if output_mode == "multi_hot" else f"y[k] = Σ [{token} = k]{weight}",)


class CategoryEncoding(Layer):
    """Whole numbers below `num_tokens` as rows of zeros and ones: (B, tokens) -> (B, num_tokens)."""

    num_tokens: int | None = argument(optional(integer(1, 10)), None)
    output_mode: str = argument(choice("multi_hot", "one_hot", "count"), "multi_hot")
    sparse: bool = argument(FLAG, False)

    call_tensors: ClassVar[tuple[str, ...]] = ("count_weights",)
    sentence = Words(
        "Turns whole numbers into rows of zeros and ones, so that no number counts as larger than another.",
        "정수를 0과 1의 줄로 바꿔, 어떤 수가 다른 수보다 크다고 여기지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/category_encoding.py"
    examples = (
        ({"num_tokens": 6}, ((4,),)),
        ({"num_tokens": 5, "output_mode": "one_hot"}, ((3, 2),)),
        ({"num_tokens": 5, "output_mode": "one_hot"}, ((3, 1),)),
        ({"num_tokens": 4, "output_mode": "count"}, ((7,),)),
    )

    def conflicts(self) -> list[Problem]:
        """Keras' default is one that it refuses."""
        return [missing("num_tokens", integer(1), 10)] if self.num_tokens is None else []

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.output_mode == "one_hot":
            return hot(shape, self.num_tokens)
        one_sample(self.type, shape)
        return (shape[0], self.num_tokens)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (*encoded(self.output_mode, "x", inputs[0]), f"0 ≤ k < {self.num_tokens}")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return same_axes(inputs, output)


def _boundaries(value: object) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Wrong
    found = tuple(float(each) for each in value if isinstance(each, (int, float)) and not isinstance(each, bool))
    if len(found) != len(value):
        raise Wrong
    if list(found) != sorted(found):
        raise Wrong(tuple(sorted(found)))
    return found


_BOUNDARIES: Final = Kind(
    phrase("numbers in ascending order, or null", "작은 것부터 적은 수의 목록 또는 null"), _boundaries, (0.0, 1.0)
)


class Discretization(Layer, without=("trainable", "activity_regularizer")):
    """Numbers as the bins that they fall into: the shape is the input's, or rows of one place for each bin.

    With `num_bins` the boundaries come from data, with Keras' adapt. Of several tokens in a sample, those along the
    first axis behind the batch.
    """

    bin_boundaries: tuple[float, ...] | None = argument(_BOUNDARIES, None)
    num_bins: int | None = argument(optional(integer(1, 4)), None)
    epsilon: float = argument(number(), 0.01)
    output_mode: str = argument(choice("int", "one_hot", "multi_hot", "count"), "int")
    sparse: bool = argument(FLAG, False)

    sentence = Words(
        "Sorts numbers into bins, so that only the bin counts and not the number in it.",
        "수를 구간으로 나눠 담아, 수 자체가 아니라 어느 구간인지만 남깁니다.",
    )
    source = "keras/src/layers/preprocessing/discretization.py"
    examples = (
        ({"bin_boundaries": (0.0, 1.0, 2.5)}, ((4, 3),)),
        ({"bin_boundaries": (0.0, 1.0), "output_mode": "one_hot"}, ((4, 3),)),
        ({"bin_boundaries": (-1.0, 0.0, 1.0), "output_mode": "multi_hot"}, ((4, 3),)),
        ({"bin_boundaries": (0.5,), "output_mode": "count"}, ((5,),)),
    )

    def conflicts(self) -> list[Problem]:
        if self.bin_boundaries is None and self.num_bins is None:
            return [missing("bin_boundaries", _BOUNDARIES, [0.0, 1.0])]
        if self.bin_boundaries is not None and self.num_bins is not None:
            reason = phrase("one of them says where the bins are", "둘 중 하나로 구간을 정합니다")
            fix = phrase("Leave num_bins out.", "num_bins를 빼 주세요.")
            return [conflict("bin_boundaries", "num_bins", reason, f"{self.bin_boundaries}, {self.num_bins}", fix)]
        return sparse_conflict(self.sparse, self.output_mode)

    @property
    def depth(self) -> int:
        return (self.num_bins or 0) if self.bin_boundaries is None else len(self.bin_boundaries) + 1

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            return hot(shape, self.depth)
        if len(shape) < 2:
            words = phrase("at least 2 axes (batch, numbers)", "축 2개 이상(batch, 수)")
            raise wrong_axes(self.type, words, shape)
        return (shape[0], *shape[2:], self.depth)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        place = "Σ [b[n] ≤ x]"
        lines = encoded(self.output_mode, place, inputs[0])
        if self.output_mode not in ("int", "one_hot"):
            rest = letters(len(inputs[0]) - 1).split(", ")[1:]
            token = place.replace("x", f"x[{', '.join(['i', *rest])}]")
            sign = "[∃i: " if self.output_mode == "multi_hot" else "Σ ["
            lines = (f"y[{', '.join([*rest, 'k'])}] = {sign}{token} = k]",)
        if self.bin_boundaries is None:
            return (*lines, f"0 ≤ n < {self.depth - 1}")
        written = ", ".join(f"{each:g}" for each in self.bin_boundaries).replace("-", "−")
        return (*lines, f"b = ({written})")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        if self.output_mode == "int":
            return super().views(inputs, output)
        if self.output_mode == "one_hot":
            return same_axes(inputs, output)
        return ({axis - 1: (axis, IDENTITY) for axis in range(2, len(inputs[0]))},)


def salt_pair(value: object) -> tuple[int, int] | None:
    """Keras makes two of one."""
    if value is None:
        return None
    pair = value if isinstance(value, (list, tuple)) else (value, value)
    if len(pair) != 2 or not all(map(is_integer, pair)):
        raise Wrong((1, 2))
    return pair[0], pair[1]


SALT: Final = Kind(phrase("an integer, two of them, or null", "정수 하나, 둘, 또는 null"), salt_pair, 7)


def _token(value: object) -> str | int | None:
    if value is None or isinstance(value, str) or (isinstance(value, int) and is_integer(value)):
        return value
    raise Wrong


TOKEN: Final = Kind(phrase("a word, an integer, or null", "단어, 정수, 또는 null"), _token, "")


class Hashing(Layer):
    """Words or whole numbers as places in a table of `num_bins`, found by a hash: the shape is the input's."""

    num_bins: int = argument(integer(1, 8))
    mask_value: str | int | None = argument(TOKEN, None)
    salt: tuple[int, int] | None = argument(SALT, None)
    output_mode: str = argument(choice("int", "one_hot", "multi_hot", "count"), "int")
    sparse: bool = argument(FLAG, False)

    sentence = Words(
        "Gives every word a place in a small table without a list of words; some share a place.",
        "단어 목록 없이 모든 단어에 작은 표의 자리를 줍니다. 자리가 겹치는 단어도 있습니다.",
    )
    source = "Weinberger et al. 2009; keras/src/layers/preprocessing/hashing.py"
    examples = (
        ({"num_bins": 6}, ((4, 3),)),
        ({"num_bins": 5, "output_mode": "one_hot", "salt": 7}, ((4, 1),)),
        ({"num_bins": 5, "output_mode": "multi_hot", "mask_value": 0}, ((4,),)),
    )

    def conflicts(self) -> list[Problem]:
        return sparse_conflict(self.sparse, self.output_mode)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            if len(shape) < 2 or shape[-1] != 1 or shape[1:-1][-1:] == (1,):
                # Keras says one shape and gives another: it drops a last axis of 1 twice.
                words = phrase("one last axis of size 1", "크기가 1인 마지막 축 하나")
                fix = phrase("Reshape the input to [n, 1].", "입력을 [n, 1]로 Reshape 하세요.")
                raise wrong_axes(self.type, words, shape, fix)
        else:
            one_sample(self.type, shape)
        return (*shape[:-1], self.num_bins)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        masked = self.mask_value is not None and self.num_bins > 1
        place = f"1 + hash(x) mod {self.num_bins - 1}" if masked else f"hash(x) mod {self.num_bins}"
        more = (f"{self.mask_value!r} ↦ 0",) if masked else ()
        return (*encoded(self.output_mode, place, inputs[0]), *more)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return super().views(inputs, output) if self.output_mode == "int" else same_axes(inputs, output)


class HashedCrossing(Layer, without=("trainable", "activity_regularizer")):
    """Pairs of words or whole numbers as places in a table: two inputs (B,) or (B, 1) -> the same, or (B, num_bins)."""

    num_bins: int = argument(integer(1, 8))
    output_mode: str = argument(choice("int", "one_hot"), "int")
    sparse: bool = argument(FLAG, False)

    input_count = (2, 2)
    sentence = Words(
        "Gives every pair of two features a place in a small table, so that their combination counts.",
        "두 특징의 짝마다 작은 표의 자리를 줘, 둘의 조합을 보게 합니다.",
    )
    source = "keras/src/layers/preprocessing/hashed_crossing.py"
    examples = (
        ({"num_bins": 6}, ((1,), (1,))),
        ({"num_bins": 5, "output_mode": "one_hot"}, ((1,), (1,))),
        ({"num_bins": 4, "output_mode": "one_hot"}, ((), ())),
    )

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return (list(inputs),)

    def conflicts(self) -> list[Problem]:
        return sparse_conflict(self.sparse, self.output_mode)

    def output_shape(self, *inputs: Shape) -> Shape:
        for shape in inputs:
            if len(shape) != len(inputs[0]) or len(shape) > 2 or shape[1:] not in ((), (1,)):
                words = phrase("two inputs of one number each: (B, 1)", "수 하나씩인 입력 두 개: (B, 1)")
                raise wrong_axes(self.type, words, shape)
        return inputs[0] if self.output_mode == "int" else hot(inputs[0], self.num_bins)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        place = f"hash(x1, x2) mod {self.num_bins}"
        return (f"y = {place}",) if self.output_mode == "int" else (f"y[k] = [{place} = k]",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return super().views(inputs, output) if self.output_mode == "int" else same_axes(inputs, output)
