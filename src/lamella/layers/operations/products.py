"""Products of tensors: matrix products and sums over the indices of an equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import Kind, Wrong, argument
from lamella.layers.base import AxisMap, Kept, ShapeError, Work, elements
from lamella.layers.operations.operation import Operation, broadcast, shown
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class Matmul(Operation, type_name="ops.matmul"):
    """Matrix products over the last two axes: (B, ..., n, k), (B, ..., k, m) -> (B, ..., n, m)."""

    tensors = ("x1", "x2")
    input_count = (2, 2)
    sentence = Text(
        "Multiplies matrices, as attention does with its scores.", "행렬을 곱합니다. 어텐션 점수가 이렇게 나옵니다."
    )
    source = "keras/src/ops/operation_utils.py, compute_matmul_output_shape"
    examples = (({}, ((4, 3), (3, 5))), ({}, ((2, 4, 3), (1, 3, 5))))

    def output_shape(self, *inputs: Shape) -> Shape:
        one, other = inputs
        if len(one) < 2 or len(other) < 2:
            words = phrase("at least 2 axes each", "각각 축 2개 이상")
            short = one if len(one) < 2 else other
            raise ShapeError(problem("rank", type=self.type, expected=words, received=show_shape(short), suggestion=""))
        inner = {one[-1], other[-2]}
        if len(inner) > 1 and None not in inner and all(isinstance(each, (int, str)) for each in inner):
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=[one[-1], other[-2]]))
        return (*broadcast(self.type, (one[:-2], other[:-2])), one[-2], other[-1])

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        pair = inputs[0][-1], inputs[1][-2]
        return (pair,) if pair[0] != pair[1] and all(map(is_known, pair)) else ()

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        inner = inputs[0][-1] if inputs[0][-1] is not None else inputs[1][-2]
        return (Work(of_one_image((*output, inner))),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i, j] = Σ x1[i, k] · x2[k, j], k < {show_shape((inputs[0][-1],))}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        found = []
        for shape, summed in zip(inputs, (-1, -2), strict=True):
            more, gone = len(output) - len(shape), len(shape) + summed
            axes = [axis for axis, size in enumerate(shape) if axis != gone and size not in (BATCH, 1)]
            found.append({axis + more: (axis, IDENTITY) for axis in axes})
        return tuple(found)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True)


def of_one_image(sizes: Sequence[Size]) -> tuple[Size, ...]:
    """The sizes without the batch; where there is none, or more than one, no figure for one image is true."""
    if list(sizes).count(BATCH) != 1:
        return (None,)
    return tuple(size for size in sizes if size != BATCH)


def _equation(value: object) -> str:
    """Letters for each input, an arrow, letters of the output; no repeated letter within one tensor, no "..."."""
    if isinstance(value, str):
        found = value.replace(" ", "")
        left, arrow, right = found.partition("->")
        parts = [*left.split(","), right]
        plain = all(part.isalpha() and part.isascii() and len(set(part)) == len(part) for part in parts)
        if arrow and plain and set(right) <= set(left):
            return found
    raise Wrong


_EQUATION = Kind(phrase('an equation such as "bij,bjk->bik"', '"bij,bjk->bik" 같은 식'), _equation, "bij,bjk->bik")


class Einsum(Operation, type_name="ops.einsum"):
    """Products summed over every index that the output does not have: "bij,bjk->bik" is a matrix product."""

    subscripts: str = argument(_EQUATION)

    tensors = ("operands",)
    listed = True
    input_count = (1, None)
    sentence = Text("Multiplies and sums over the indices of an equation.", "식의 첨자를 따라 곱하고 더합니다.")
    source = "keras/src/ops/numpy.py, einsum"
    examples = (
        ({"subscripts": "bij,bjk->bik"}, ((4, 3), (3, 5))),
        ({"subscripts": "bqhd,bkhd->bhqk"}, ((4, 2, 3), (5, 2, 3))),
        ({"subscripts": "bij->bji"}, ((4, 3),)),
    )

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(inputs)

    @classmethod
    def bound(cls, positional: Sequence[Any], named: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """The equation stands before the tensors: einsum("bij->bji", x)."""
        equation = {"subscripts": positional[0]} if positional else {}
        return equation | dict(named), list(positional[1:])

    @classmethod
    def applied(cls, function: Any, inputs: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
        return function(arguments["subscripts"], *inputs)

    def _letters(self) -> tuple[list[str], str]:
        left, _, right = self.subscripts.partition("->")
        return left.split(","), right

    def _sizes(self, inputs: tuple[Shape, ...]) -> dict[str, Size]:
        terms, _ = self._letters()
        if len(terms) != len(inputs) or any(len(t) != len(s) for t, s in zip(terms, inputs, strict=False)):
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=[self.subscripts]))
        found: dict[str, Size] = {}
        for term, shape in zip(terms, inputs, strict=True):
            for letter, size in zip(term, shape, strict=True):
                before = found.setdefault(letter, size)
                if 1 in (before, size) and not (isinstance(before, int) and isinstance(size, int)):
                    found[letter] = size if before == 1 else before  # Keras leaves an open size that meets 1 open
                elif before is None:
                    found[letter] = size
                elif size is not None and size != before:
                    if all(isinstance(each, (int, str)) for each in (before, size)):
                        sizes = [f"{letter} = {before}", f"{letter} = {size}"]
                        raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=sizes))
                    found[letter] = before if isinstance(before, int) else size
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        sizes = self._sizes(inputs)
        return tuple(sizes[letter] for letter in self._letters()[1])

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """The full loop over all indices: one multiply-add for each further operand; none for a single one."""
        count = len(inputs) - 1
        if not count:
            return ()
        loop = of_one_image(tuple(self._sizes(inputs).values()))
        return (Work(loop if count == 1 else (*loop, count)),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        terms, right = self._letters()
        summed = "".join(dict.fromkeys(letter for term in terms for letter in term if letter not in right))
        factors = " · ".join(f"x{at + 1}[{', '.join(term)}]" for at, term in enumerate(terms))
        return (f"y[{', '.join(right)}] = {f'Σ_{summed} ' if summed else ''}{factors}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        terms, right = self._letters()
        return tuple(
            {
                right.index(letter): (axis, IDENTITY)
                for axis, letter in enumerate(term)
                if letter in right and shape[axis] != BATCH
            }
            for term, shape in zip(terms, inputs, strict=True)
        )

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """The operands, or copies of them with the axes in another order; of one alone that is not said."""
        form = self._form()
        if form in _ONE_TURNED:
            return None
        if form in _BOTH_TURNED:
            return Kept(inner=sum(elements(shape) or 0 for shape in inputs))
        return Kept(inputs=len(inputs) > 1)

    def _form(self) -> str:
        """The equation with its letters named in order: "bqhd,bkhd->bhqk" is "abcd,aecd->acbe"."""
        names: dict[str, str] = {}
        for letter in self.subscripts:
            if letter.isalpha():
                names.setdefault(letter, "abcdefghijklmnopqrstuvwxyz"[len(names) % 26])
        return "".join(names.get(letter, letter) for letter in self.subscripts)


_ONE_TURNED: Final = {
    "ab,cb->ac",
    "abc,dc->abd",
    "abc,dce->abde",
    "abc,dec->abde",
    "abcd,abed->abce",
    "abcd,adbe->acbe",
    "abcd,ced->abe",
    "abcd,ecd->abe",
    "abcde,aebf->adbcf",
}
_BOTH_TURNED: Final = {"abcd,acbe->adbe", "abcd,aecd->acbe", "abcd,aecd->aceb", "abcde,afce->acdbf"}
"""Equations for which Keras turns the second operand, or both, to multiply matrices.

Source: keras/src/backend/tensorflow/numpy.py, einsum
"""
