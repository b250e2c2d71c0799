"""EinsumDense: products and sums over axes that are named by letters."""

from __future__ import annotations

from typing import NamedTuple

from lamella.algebra import number
from lamella.design import BATCH, Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    ACTIVATION,
    NOTHING,
    PLAIN,
    TEXT,
    Kind,
    Wrong,
    argument,
    is_integer,
    optional,
    sizes,
)
from lamella.layers.axes import shown
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.convolution import input_channels
from lamella.layers.convolution_memory import kept_with_activation
from lamella.texts.languages import Phrase, Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class Equation(NamedTuple):
    """The letters of the input's, the kernel's and the output's axes; `dots`: where axes without letters stand."""

    input: str
    kernel: str
    output: str
    dots: str


def read_equation(text: str) -> Equation | None:
    """The parts of an equation in one of Keras' three forms, else None.

    >>> read_equation("...ab,bc->...ac")
    Equation(input='ab', kernel='bc', output='ac', dots='left')
    """
    operands, _, output = text.partition("->")
    first, _, kernel = operands.partition(",")
    dots = ""
    for side, strip in (("left", str.removeprefix), ("right", str.removesuffix)):
        if not dots and (strip(first, "..."), strip(output, "...")) != (first, output):
            first, output, dots = strip(first, "..."), strip(output, "..."), side
    parts = (first, kernel, output)
    if f"{first},{kernel}->{output}" != text.replace("...", "") or text.count("...") != (2 if dots else 0):
        return None
    if not all(part.isalpha() and part.isascii() for part in parts) or (dots == "right" and len(first) < 2):
        return None
    return Equation(*parts, dots)


def _equation(value: object) -> str:
    if isinstance(value, str):
        if read_equation(value):
            return value
        tight = "".join(value.split())
        raise Wrong(tight if read_equation(tight) else None)
    raise Wrong


def _output_sizes(value: object) -> object:
    return sizes(1, unknown=True).parse((value,) if is_integer(value) else value)


EQUATION = Kind(
    phrase(
        'of the form "ab,bc->ac", "...ab,bc->...ac" or "ab...,bc->ac..."',
        '"ab,bc->ac", "...ab,bc->...ac", "ab...,bc->ac..." 가운데 한 꼴',
    ),
    _equation,
    "abc,cd->abd",
)
OUTPUT_SIZES = Kind(sizes(1, unknown=True).expected, _output_sizes, (None, 64))


class EinsumDense(Layer):
    """A Dense along axes of one's choice, named by letters: "abc,cd->abd" is (B, b, c) -> (B, b, d).

    `given_sizes`, Keras' output_shape, has the sizes of the output's letters without the batch; null where
    the input has the size.
    """

    equation: str = argument(EQUATION)
    given_sizes: tuple[int | None, ...] = argument(OUTPUT_SIZES, called="output_shape")
    activation: str | None = argument(ACTIVATION, None)
    bias_axes: str | None = argument(optional(TEXT), None)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)
    lora_rank: None = argument(NOTHING, None)
    lora_alpha: None = argument(NOTHING, None)
    gptq_unpacked_column_size: None = argument(NOTHING, None)
    quantization_config: None = argument(NOTHING, None)

    one_rank = True
    sentence = Text(
        "Mixes numbers along the axes that an equation names by letters, with learned weights.",
        "식의 글자로 고른 축을 따라, 학습한 가중치로 수를 섞습니다.",
    )
    source = "keras/src/layers/core/einsum_dense.py"
    examples = (
        ({"equation": "ab,bc->ac", "output_shape": 4, "bias_axes": "c", "activation": "relu"}, ((6,),)),
        ({"equation": "abc,cde->abde", "output_shape": (5, 2, 3), "bias_axes": "de"}, ((5, 6),)),
        ({"equation": "...x,xy->...y", "output_shape": (4,), "bias_axes": "y"}, ((5, 6),)),
        ({"equation": "ab...,bc->ac...", "output_shape": (4,), "bias_axes": "c"}, ((6, 5, 7),)),
        ({"equation": "abc,bcd->abd", "output_shape": (3, 4)}, ((3, 6),)),
    )

    def _parts(self) -> Equation:
        found = read_equation(self.equation)
        assert found is not None, "the argument was read before"
        return found

    def conflicts(self) -> list[Problem]:
        parts = self._parts()
        reason, fix = _letters_fault(parts, self.bias_axes or "")
        if reason is None and parts.dots != "left":
            reason, fix = _batch_fault(parts, self.bias_axes or "")
        if reason is not None:
            return [problem("einsum letters", equation=self.equation, reason=reason, suggestion=fix)]
        wanted = len(parts.output) - 1
        if parts.dots != "left" and len(self.given_sizes) != wanted:
            return [self._wrong_count(wanted)]
        return []

    def _wrong_count(self, wanted: int) -> Problem:
        reason = phrase("it needs {wanted} sizes", "크기가 {wanted}개 필요합니다", wanted=wanted)
        fix = phrase("Leave out the batch and what ... stands for.", "batch와 ... 자리는 빼고 적으세요.")
        return self._size_fault(reason, fix)

    def _size_fault(self, reason: Phrase, fix: Phrase) -> Problem:
        facts = {"received": self.given_sizes, "equation": self.equation}
        return problem("einsum sizes", **facts, reason=reason, suggestion=fix)

    def _elided(self, shape: Shape) -> int:
        """How many axes the dots stand for. Raises `ShapeError` where the input has not as many as the letters."""
        parts = self._parts()
        elided = len(shape) - len(parts.input)
        if elided < 0 or (elided and not parts.dots):
            counts = {"axes": len(parts.input)}
            words = phrase("{axes} axes", "축 {axes}개", **counts)
            if parts.dots:
                words = phrase("at least {axes} axes", "축 {axes}개 이상", **counts)
            fix = phrase("Reshape the input or change the equation.", "입력을 Reshape 하거나 식을 바꾸세요.")
            facts = {"expected": words, "received": show_shape(shape)}
            raise ShapeError(problem("rank", type=self.type, **facts, suggestion=fix))
        return elided

    def _sizes(self, shape: Shape) -> tuple[dict[str, Size], dict[str, int | None]]:
        """The size of every letter, from the input where it has it, and those that output_shape gives."""
        parts, elided = self._parts(), self._elided(shape)
        named = shape[elided:] if parts.dots == "left" else shape[: len(parts.input)]
        found: dict[str, Size] = dict(zip(parts.input, named, strict=True))
        made = parts.output
        if parts.dots == "left" and shape[1:elided] != shape[1:elided][::-1]:
            turned = phrase(
                "Keras turns around the axes {axes} that ... stands for in its own shape",
                "...에 해당하는 축: {axes}. Keras는 이것을 자기 모양에서 거꾸로 적습니다",
                axes=show_shape(shape[1:elided]),
            )
            by_letters = phrase("Name these axes by letters.", "그 축들을 글자로 적어 주세요.")
            facts = {"equation": self.equation, "reason": turned, "suggestion": by_letters}
            raise ShapeError(problem("einsum letters", **facts))
        if parts.dots != "left" or not elided:
            made = made[1:]
            reason, fix = _batch_fault(parts, self.bias_axes or "")
            if reason is not None:
                raise ShapeError(problem("einsum letters", equation=self.equation, reason=reason, suggestion=fix))
        if len(made) != len(self.given_sizes):
            raise ShapeError(self._wrong_count(len(made)))
        given = dict(zip(made, self.given_sizes, strict=True))
        for letter, size in given.items():
            if size is None and (letter in parts.kernel or letter in (self.bias_axes or "")):
                reason = phrase(
                    "weights depend on the size of {letter}", "가중치에 {letter}의 크기가 필요합니다", letter=letter
                )
                fix = phrase("Put a number there.", "그 자리에 수를 적어 주세요.")
                raise ShapeError(self._size_fault(reason, fix))
            if letter in found and size is not None and number(found[letter]) != size:
                reason = phrase(
                    "{letter} is {size} in the input",
                    "입력에서 {letter} = {size}",
                    letter=letter,
                    size=shown(found[letter]),
                )
                fix = phrase("Put that size or null there.", "그 자리에 그 크기나 null을 적어 주세요.")
                raise ShapeError(self._size_fault(reason, fix))
            found.setdefault(letter, size)
        return found, given

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        parts, elided = self._parts(), self._elided(shape)
        found, given = self._sizes(shape)
        made = tuple(found[letter] for letter in given)
        if parts.dots == "left" and elided:
            return (*shape[:elided], *made)
        return (BATCH, *made, *shape[len(shape) - elided :]) if elided else (BATCH, *made)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        (shape,) = inputs
        parts, elided = self._parts(), self._elided(shape)
        found, given = self._sizes(shape)
        kernel = []
        for letter in parts.kernel:
            place = parts.input.find(letter) - (len(parts.input) if parts.dots == "left" else 0)
            size = number(found[letter])
            kernel.append(input_channels(self.type, shape, place) if size is None else size)
        weights = [Weight("kernel", tuple(kernel), self.trainable)]
        if self.bias_axes is not None:
            first = min(map(parts.output.find, self.bias_axes))
            added = [given[letter] or 1 if letter in self.bias_axes else 1 for letter in parts.output[first:]]
            behind = elided if parts.dots == "right" else 0
            weights.append(Weight("bias", (*added, *[1] * behind), self.trainable))
        return tuple(weights)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """What only the input has is added up before the products."""
        parts, (found, _) = self._parts(), self._sizes(inputs[0])
        return (Work((*output[1:], *(found[letter] for letter in parts.kernel if letter not in parts.output))),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        parts, elided = self._parts(), self._elided(inputs[0])
        before = elided if parts.dots == "left" else 0
        places = {letter: place + before for place, letter in enumerate(parts.input)}
        seen = [(place + before, places[letter]) for place, letter in enumerate(parts.output) if letter in places]
        if parts.dots == "left":
            seen += [(axis, axis) for axis in range(elided)]
        else:
            seen += [(len(output) - 1 - axis, len(inputs[0]) - 1 - axis) for axis in range(elided)]
        return ({axis: (source, IDENTITY) for axis, source in sorted(seen) if axis},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output, engine)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        parts = self._parts()

        def at(letters: str, dotted: bool = True) -> str:
            names = list(letters)
            names = ["…", *names] if dotted and parts.dots == "left" else names
            return ", ".join([*names, "…"] if dotted and parts.dots == "right" else names)

        bias = "".join(letter for letter in parts.output if letter in (self.bias_axes or ""))
        summed = f"Σ x[{at(parts.input)}] · w[{at(parts.kernel, False)}]"
        if not set(parts.input + parts.kernel) - set(parts.output):
            summed = summed.removeprefix("Σ ")
        value = f"b[{at(bias, False)}] + {summed}" if bias else summed
        if self.activation not in (None, "linear"):
            value = f"{self.activation}({value})"
        return (f"y[{at(parts.output)}] = {value}",)


_Fault = tuple[Phrase | None, Phrase | str]


def _letters_fault(parts: Equation, bias: str) -> _Fault:
    """What is wrong with an equation's letters, whatever the input, and what to do."""
    for part in parts[:3]:
        twice = next((letter for letter in part if part.count(letter) > 1), None)
        if twice is not None:
            words = phrase("{letter} stands twice in one of them", "한곳에 두 번 있는 글자: {letter}", letter=twice)
            return words, phrase("Name each axis by a letter of its own.", "축마다 다른 글자를 쓰세요.")
    for letter in parts.output:
        if letter not in parts.input + parts.kernel:
            words = phrase(
                "{letter} of the output comes from nowhere", "출력에는 있으나 앞에는 없는 글자: {letter}", letter=letter
            )
            return words, phrase("Name it in the input or in the weights.", "입력이나 가중치에 그 글자를 적으세요.")
    for letter in parts.kernel:
        if letter not in parts.input + parts.output:
            words = phrase("{letter} stands in the weights only", "가중치에만 있는 글자: {letter}", letter=letter)
            return words, phrase("Name it in the input or in the output.", "입력이나 출력에 그 글자를 적으세요.")
    for letter in bias:
        if letter not in parts.output:
            words = phrase(
                "{letter} of bias_axes is not in the output",
                "bias_axes에는 있으나 출력에는 없는 글자: {letter}",
                letter=letter,
            )
            return words, phrase("Use letters of {output}.", "{output}의 글자를 쓰세요.", output=parts.output)
    return None, ""


def _batch_fault(parts: Equation, bias: str) -> _Fault:
    """What is wrong where the first letter stands for the images."""
    batch = parts.input[0]
    if parts.output[0] != batch or batch in parts.kernel or batch in bias:
        words = phrase(
            "{letter} stands for the images: it comes first in the output, and not in weights or bias_axes",
            "이미지의 자리인 글자 {letter}: 출력에서 맨 앞에 오고, 가중치나 bias_axes에는 없어야 합니다",
            letter=batch,
        )
        return words, phrase("Begin with another letter or with ... .", "다른 글자나 ...으로 시작하세요.")
    return None, ""
