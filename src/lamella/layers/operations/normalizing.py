"""Normalization and attention as functions: what is learned there comes as a tensor, or not at all."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import is_known, number
from lamella.design import BATCH, Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, NOTHING, argument, optional
from lamella.layers.arguments import number as a_number
from lamella.layers.base import AxisMap, Kept, ShapeError, Work
from lamella.layers.operations.elementwise import Needs
from lamella.layers.operations.operation import AXES, AXIS, Operation, place, places, shown
from lamella.layers.operations.products import of_one_image
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class _Normalizing(Operation, abstract=True):
    """Numbers set against the others along `axis`: (B, ...) -> (B, ...)."""

    axis: tuple[int, ...] = argument(AXES, (-1,))

    formula: ClassVar[str]
    needs: ClassVar[Needs]

    def output_shape(self, *inputs: Shape) -> Shape:
        places(self.axis, inputs[0])
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{self.formula}, axis = {places(self.axis, inputs[0])}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        whole = places(self.axis, output)
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(output) if axis not in whole and size != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        whole = places(self.axis, output)
        left = tuple(size for axis, size in enumerate(output) if axis not in whole)
        return self.needs.kept(output, left) if BATCH in left else None


class LayerNormalization(_Normalizing, type_name="ops.layer_normalization"):
    """Numbers with mean 0 and variance 1 along `axis`, without weights: (B, ...) -> (B, ...)."""

    gamma: None = argument(NOTHING, None)
    beta: None = argument(NOTHING, None)
    axis: tuple[int, ...] = argument(AXES, (-1,))
    epsilon: float | None = argument(optional(a_number()), None)
    rms_scaling: bool = argument(FLAG, False, kw_only=True)

    formula = "y = (x − mean(x)) / √(var(x) + ε)"
    needs = Needs(inputs=True, reduced=3)
    sentence = Text(
        "Gives each image's numbers mean 0 and variance 1.", "이미지마다 수의 평균을 0, 분산을 1로 맞춥니다."
    )
    source = "Ba et al. 2016; keras/src/ops/nn.py, layer_normalization"
    examples = (({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),)), ({"axis": (1, 2), "epsilon": 0.01}, ((4, 5, 2),)))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if self.rms_scaling:
            return (f"y = x / √(var(x) + ε), axis = {places(self.axis, inputs[0])}",)
        return super().formulas(inputs, output)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None if self.rms_scaling else super().kept(inputs, output)


class RmsNormalization(_Normalizing, type_name="ops.rms_normalization"):
    """Numbers divided by the root of their mean square along `axis`, without weights: (B, ...) -> (B, ...)."""

    scale: None = argument(NOTHING, None)
    axis: tuple[int, ...] = argument(AXES, (-1,))
    epsilon: float | None = argument(optional(a_number()), None)

    formula = "y = x / √(mean(x²) + ε)"
    needs = Needs(inputs=True, reduced=1)
    sentence = Text("Divides numbers by the root of their mean square.", "수를 제곱 평균의 제곱근으로 나눕니다.")
    source = "Zhang and Sennrich 2019; keras/src/ops/nn.py, rms_normalization"
    examples = (({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),)), ({"axis": (1, 2), "epsilon": 0.01}, ((4, 5, 2),)))


class BatchNormalization(Operation, type_name="ops.batch_normalization"):
    """Numbers set against a mean and a variance for each place along `axis`, which are inputs too."""

    axis: int = argument(AXIS)
    offset: None = argument(NOTHING, None)
    scale: None = argument(NOTHING, None)
    epsilon: float = argument(a_number(), 0.001)

    tensors: ClassVar[tuple[str, ...]] = ("x", "mean", "variance")
    input_count = (3, 3)
    sentence = Text(
        "Takes a given mean away and divides by a given spread.",
        "주어진 평균을 빼고 주어진 분산의 제곱근으로 나눕니다.",
    )
    source = "Ioffe and Szegedy 2015; keras/src/ops/nn.py, batch_normalization"
    examples = (({"axis": 0}, ((4, 3), (), ())), ({"axis": -4, "epsilon": 0.01}, ((4, 4, 2), (), ())))

    def output_shape(self, *inputs: Shape) -> Shape:
        shape, *statistics = inputs
        expected = (shape[place(self.axis, shape)],)
        for name, given in zip(("mean", "variance"), statistics, strict=True):
            same = len(given) == 1 and number(given[0]) == number(expected[0])
            if not same or (BATCH in (*given, *expected) and given != expected):
                facts = {"argument": name, "given": show_shape(given), "shape": show_shape(shape)}
                raise ShapeError(problem("statistics", **facts, expected=show_shape(expected)), shape)
        return shape

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = (x − mean) / √(variance + {self.epsilon:g}), axis = {place(self.axis, output)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        own: AxisMap = {axis: (axis, IDENTITY) for axis, size in enumerate(output) if size != BATCH}
        at = place(self.axis, output)
        one: AxisMap = {} if output[at] == BATCH else {at: (0, IDENTITY)}
        return (own, one, one)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class Moments(Operation, type_name="ops.moments"):
    """The mean and the variance along `axes`: (B, 4, 3) -> (B, 3), (B, 3)."""

    axes: tuple[int, ...] = argument(AXES)
    keepdims: bool = argument(FLAG, False)
    synchronized: bool = argument(FLAG, False)

    sentence = Text("The mean and the variance along axes.", "축을 따라 잰 평균과 분산입니다.")
    source = "keras/src/ops/nn.py, moments"
    examples = (({"axes": 1}, ((4, 3),)), ({"axes": (1, 2), "keepdims": True}, ((4, 4, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        gone = places(self.axes, shape)
        if self.keepdims:
            return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
        return tuple(size for axis, size in enumerate(shape) if axis not in gone)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs) * 2

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("mean = Σ x / n, variance = Σ (x − mean)² / n", f"axes = {places(self.axes, inputs[0])}")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,), gone = inputs, places(self.axes, inputs[0])
        left = [axis for axis in range(len(shape)) if axis not in gone]
        new = {axis: axis if self.keepdims else at for at, axis in enumerate(left)}
        return ({new[axis]: (axis, IDENTITY) for axis in left if shape[axis] != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """The mean is computed with its axes kept, and is so no result where they are not."""
        left = tuple(size for axis, size in enumerate(inputs[0]) if axis not in places(self.axes, inputs[0]))
        return Needs(inputs=True, reduced=1).kept(inputs[0], left) if BATCH in left else None

    def output_range(self) -> Range:
        return "inputs"


class DotProductAttention(Operation, type_name="ops.dot_product_attention"):
    """Values gathered by softmax(query · key) in several heads: (B, T, heads, n), (B, S, heads, n) twice -> as query.

    Fewer heads of key and value are shared by groups of the query's.
    """

    bias: None = argument(NOTHING, None)
    mask: None = argument(NOTHING, None)
    scale: float | None = argument(optional(a_number()), None)
    is_causal: bool = argument(FLAG, False)
    flash_attention: bool | None = argument(optional(FLAG), None)
    attn_logits_soft_cap: float | None = argument(optional(a_number()), None)

    tensors: ClassVar[tuple[str, ...]] = ("query", "key", "value")
    input_count = (3, 3)
    sentence = Text(
        "Gathers values by how well query and key agree.", "query와 key가 맞는 정도에 따라 value를 모읍니다."
    )
    source = "Vaswani et al. 2017; keras/src/backend/tensorflow/nn.py, dot_product_attention"
    examples = (
        ({}, ((5, 2, 3), (7, 2, 3), (7, 2, 3))),
        ({"is_causal": True, "scale": 0.5}, ((5, 4, 3), (5, 2, 3), (5, 2, 3))),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        for shape in inputs:
            if len(shape) != 4:
                words = phrase("(B, positions, heads, features)", "(B, 자리, 헤드, 특징)")
                facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
                raise ShapeError(problem("rank", type=self.type, **facts))
        query, key, value = inputs
        pairs = [*zip(key, value, strict=True), (query[0], key[0]), (query[3], key[3])]
        wrong = [pair for pair in pairs if pair[0] != pair[1] and not any(map(_open, pair))]
        heads = query[2], key[2]
        if isinstance(heads[0], int) and isinstance(heads[1], int) and heads[0] % heads[1]:
            wrong.append(heads)
        if wrong:
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=list(wrong[0])), query)
        return query

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        query, key, value = inputs
        pairs = [*zip(key[1:], value[1:], strict=True), (query[3], key[3])]
        return tuple(pair for pair in pairs if pair[0] != pair[1] and all(map(is_known, pair)))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every query with every key, those that a causal mask hides too."""
        query, key, _ = inputs
        sizes = (query[0], query[2], query[1], key[1], query[3])
        return (Work(of_one_image(sizes), "scores"), Work(of_one_image(sizes), "weighted sum"))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        scale = "1 / √(n)" if self.scale is None else f"{self.scale:g}"
        causal = ", s ≤ t" if self.is_causal else ""
        first = f"a[t, s, h] = softmax_s({scale} · Σ query[t, h, c] · key[s, h, c]){causal}"
        return (first, "y[t, h, f] = Σ a[t, s, h] · value[s, h, f]")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A position sees its own query and every key and value, of its head where heads are not shared."""
        heads: AxisMap = {2: (2, IDENTITY)} if inputs[0][2] == inputs[1][2] else {}
        if not heads and inputs[1][2] != 1:
            heads = {2: (2, None)}
        return ({1: (1, IDENTITY), 2: (2, IDENTITY)}, heads, {**heads, 3: (3, IDENTITY)})

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


def _open(size: Size) -> bool:
    return size is None or (is_known(size) and not isinstance(size, int))


class Glu(Operation, type_name="ops.glu"):
    """One half of an axis gated by the other: (B, 4, 6) -> (B, 4, 3)."""

    axis: int = argument(AXIS, -1)

    sentence = Text(
        "Lets one half of an axis decide how much of the other half passes.",
        "축의 한쪽 절반이 다른 절반을 얼마나 통과시킬지 정합니다.",
    )
    source = "Dauphin et al. 2017; keras/src/ops/nn.py, glu"
    examples = (({}, ((4, 6),)), ({"axis": 1}, ((4, 4, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = place(self.axis, shape)
        size = shape[at]
        if isinstance(size, int) and size % 2:
            raise ShapeError(problem("index outside", type=self.type, index=2, size=size))
        return (*shape[:at], size // 2 if is_known(size) else None, *shape[at + 1 :])

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        size = inputs[0][place(self.axis, inputs[0])]
        return ((size % 2, 0),) if is_known(size) and not isinstance(size, int) else ()

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        half = output[place(self.axis, output)]
        name = "n" if half is None else f"{half}"
        return (f"y[c] = x[c] · sigmoid(x[{name} + c]), c < {name}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A number sees those at its place in both halves, which no window says."""
        at = place(self.axis, output)
        return ({axis: (axis, None if axis == at else IDENTITY) for axis, size in enumerate(output) if size != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The half that is gated, and the gate."""
        return Needs(reduced=2).kept(inputs[0], output)

    def output_range(self) -> Range:
        return "inputs"


class Psnr(Operation, type_name="ops.psnr"):
    """The peak signal-to-noise ratio in dB of two batches of images: one number for all of them."""

    max_val: float = argument(a_number())

    tensors: ClassVar[tuple[str, ...]] = ("x1", "x2")
    input_count = (2, 2)
    sentence = Text("How near two pictures are, in dB.", "두 이미지가 얼마나 가까운지 dB로 나타냅니다.")
    source = "keras/src/ops/nn.py, psnr"
    examples = (({"max_val": 1.0}, ((4, 3), (4, 3))), ({"max_val": 255}, ((4, 4, 3), (4, 4, 3))))

    def output_shape(self, *inputs: Shape) -> Shape:
        one, other = inputs
        if len(one) != len(other):
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shown(inputs)), ())
        wrong = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1] and not any(map(_open, pair))]
        if wrong:
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=list(wrong[0])), ())
        return ()

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = 10 · log₁₀({self.max_val:g}² / mean((x1 − x2)²))",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({}, {})

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class _CrossEntropy(Operation, abstract=True):
    """How far given shares are from wanted ones; both inputs have one shape, the same sizes of it open."""

    tensors: ClassVar[tuple[str, ...]] = ("target", "output")
    input_count = (2, 2)

    from_logits: bool = argument(FLAG, False)

    def output_shape(self, *inputs: Shape) -> Shape:
        one, other = inputs
        pairs = zip(one, other, strict=False)
        wrong = [pair for pair in pairs if number(pair[0]) != number(pair[1]) or (BATCH in pair and pair[0] != pair[1])]
        if len(one) != len(other):
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shown(inputs)), other)
        if wrong:
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=list(wrong[0])), other)
        return other

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        pairs = zip(*inputs, strict=False)
        return tuple(pair for pair in pairs if pair[0] != pair[1] and all(map(is_known, pair)))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class BinaryCrossentropy(_CrossEntropy, type_name="ops.binary_crossentropy"):
    """How far each share is from the wanted one: (B, ...), (B, ...) -> (B, ...)."""

    sentence = Text("The cross-entropy of two chances, number by number.", "두 확률의 교차 엔트로피를 수마다 냅니다.")
    source = "keras/src/ops/nn.py, binary_crossentropy"
    examples = (({}, ((4, 3), (4, 3))), ({"from_logits": True}, ((5,), (5,))))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        share = "sigmoid(output)" if self.from_logits else "output"
        return (f"y = −target · ln p − (1 − target) · ln(1 − p), p = {share}",)


class CategoricalCrossentropy(_CrossEntropy, type_name="ops.categorical_crossentropy"):
    """How far shares along the last axis are from the wanted ones: (B, 9, classes), (B, 9, classes) -> (B, 9)."""

    axis: int = argument(AXIS, -1)

    sentence = Text("The cross-entropy of two lists of shares.", "두 비율 목록의 교차 엔트로피입니다.")
    source = "keras/src/ops/nn.py, categorical_crossentropy"
    examples = (({}, ((4, 3), (4, 3))), ({"from_logits": True, "axis": -1}, ((5,), (5,))))

    def conflicts(self) -> list[Problem]:
        if self.axis == -1:
            return []
        reason = phrase("Keras' own shape is that of the last axis", "Keras가 말하는 모양은 마지막 축의 것입니다")
        facts = {"first": "axis", "second": "from_logits", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = super().output_shape(*inputs)
        place(-1, shape)
        return shape[:-1]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        share = "softmax(output)" if self.from_logits else "output / Σ output"
        return (f"y = −Σ target · ln p, p = {share}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(output) if size != BATCH},) * 2
