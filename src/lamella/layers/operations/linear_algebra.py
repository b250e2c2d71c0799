"""Functions of matrices, which stand in the last two axes: what they are made of, their inverses, their size.

How many multiply-adds these take depends on the algorithm: the plan says that it does not know.
"""

from __future__ import annotations

from typing import Any, ClassVar

from lamella.algebra import is_known
from lamella.algebra import number as size_number
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import FLAG, Kind, argument, choice, number, optional
from lamella.layers.base import AxisMap, Kept, ShapeError, Work
from lamella.layers.operations.elementwise import row_type
from lamella.layers.operations.operation import OPTIONAL_AXES, Operation, places, shown
from lamella.layers.operations.reductions import Reduction
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class OfMatrices(Operation, abstract=True):
    """A function of each matrix; of what it gives, every number depends on the whole matrix."""

    source = "keras/src/ops/linalg.py"
    square: ClassVar[bool] = False
    formula: ClassVar[str]

    def _matrix(self, shape: Shape) -> tuple[Shape, Size, Size]:
        """What stands before the matrix, and its sizes. Raises `ShapeError` where there is none."""
        if len(shape) < 2:
            words = phrase("at least 2 axes", "축 2개 이상")
            raise ShapeError(problem("rank", type=self.type, expected=words, received=show_shape(shape), suggestion=""))
        *before, rows, columns = shape
        batch = BATCH in (rows, columns) and rows != columns
        if self.square and (size_number(rows) != size_number(columns) or batch):
            words = phrase("square matrices", "정사각행렬")
            raise ShapeError(problem("rank", type=self.type, expected=words, received=show_shape(shape), suggestion=""))
        return tuple(before), rows, columns

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        """Open sizes of a square matrix must be equal."""
        _, rows, columns = self._matrix(inputs[0])
        return ((rows, columns),) if self.square and rows != columns and is_known(rows) and is_known(columns) else ()

    def _smaller(self, shape: Shape) -> Size:
        """The smaller size of a matrix. Raises `ShapeError` where the sizes are not known: Keras needs them."""
        _, rows, columns = self._matrix(shape)
        if not isinstance(rows, int) or not isinstance(columns, int):
            words = phrase("matrices of known sizes", "크기를 아는 행렬")
            raise ShapeError(problem("rank", type=self.type, expected=words, received=show_shape(shape), suggestion=""))
        return min(rows, columns)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        return (Work((None,)),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (self.formula,)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        each = ((shape, range(max(len(shape) - 2, 0))) for shape in inputs)
        return tuple({axis: (axis, IDENTITY) for axis in axes if shape[axis] != BATCH} for shape, axes in each)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class _Square(OfMatrices, abstract=True):
    """A matrix for each square matrix: (B, ..., n, n) -> (B, ..., n, n)."""

    square = True
    examples = (({}, ((3, 3),)), ({}, ((2, 4, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        before, rows, columns = self._matrix(inputs[0])
        return (*before, rows, columns)


class _Number(OfMatrices, abstract=True):
    """A number for each square matrix: (B, ..., n, n) -> (B, ...)."""

    square = True
    examples = (({}, ((3, 3),)), ({}, ((2, 4, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self._matrix(inputs[0])[0]


class _Eigen(OfMatrices, abstract=True):
    """Eigenvalues and eigenvectors of square matrices: (B, n, n) -> (B, n), (B, n, n)."""

    square = True
    examples = (({}, ((3, 3),)), ({}, ((2, 4, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        before, rows, _ = self._matrix(inputs[0])
        return (*before, rows)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return (*super().output_shapes(*inputs), inputs[0])


for _base, _name, _formula, _en, _ko in (
    (_Square, "inv", "y · x = 1", "The inverse of matrices.", "역행렬입니다."),
    (_Square, "cholesky", "y · yᵀ = x", "The triangular root of matrices.", "행렬의 숄레스키 분해(삼각 제곱근)입니다."),
    (
        _Square,
        "cholesky_inverse",
        "y = (x · xᵀ)⁻¹",
        "The inverse of matrices whose triangular root is given.",
        "삼각 제곱근이 주어진 행렬의 역행렬입니다.",
    ),
    (_Number, "det", "y = det x", "The determinant of matrices.", "행렬식입니다."),
    (_Number, "logdet", "y = ln det x", "The logarithm of the determinant.", "행렬식의 로그입니다."),
    (
        _Eigen,
        "eigh",
        "x · v = λ · v",
        "Eigenvalues and eigenvectors of symmetric matrices.",
        "대칭행렬의 고윳값과 고유벡터입니다.",
    ),
):
    _more: dict[str, Any] = {"upper": argument(FLAG, False)} if _name.startswith("cholesky") else {}
    row_type(_base, _name, formula=_formula, sentence=Text(_en, _ko), **_more)


class MatrixRank(OfMatrices, type_name="ops.matrix_rank"):
    """How many rows of a matrix are independent: (B, ..., n, m) -> (B, ...)."""

    tol: float | None = argument(optional(number()), None)

    formula = "y = rank x"
    sentence = Text("How many rows of a matrix are independent.", "행렬에서 서로 독립인 행의 수입니다.")
    examples = (({}, ((3, 4),)), ({"tol": 0.1}, ((2, 4, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self._matrix(inputs[0])[0]


class Pinv(OfMatrices, type_name="ops.pinv"):
    """The pseudo-inverse of matrices: (B, ..., n, m) -> (B, ..., m, n)."""

    rcond: float | None = argument(optional(number()), None)

    formula = "x · y · x = x"
    sentence = Text("The pseudo-inverse of matrices.", "유사역행렬입니다.")
    examples = (({}, ((3, 4),)), ({"rcond": 0.1}, ((2, 4, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        before, rows, columns = self._matrix(inputs[0])
        return (*before, columns, rows)


class Qr(OfMatrices, type_name="ops.qr"):
    """Matrices as an orthogonal times a triangular one: (B, n, m) -> (B, n, k), (B, k, m), k the smaller size."""

    mode: str = argument(choice("reduced", "complete"), "reduced")

    formula = "q · r = x"
    sentence = Text(
        "Splits matrices into an orthogonal and a triangular one.", "행렬을 직교행렬과 삼각행렬로 나눕니다."
    )
    examples = (({}, ((3, 4),)), ({"mode": "complete"}, ((2, 5, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        before, rows, columns = self._matrix(inputs[0])
        inner = self._smaller(inputs[0]) if self.mode == "reduced" else rows
        self._smaller(inputs[0])
        return (*before, rows, inner), (*before, inner, columns)


class Svd(OfMatrices, type_name="ops.svd"):
    """Matrices as two orthogonal ones and the singular values between: (B, n, m) -> (B, n, n), (B, k), (B, m, m)."""

    full_matrices: bool = argument(FLAG, True)
    compute_uv: bool = argument(FLAG, True)

    formula = "u · s · vᵀ = x"
    sentence = Text("Splits matrices by their singular values.", "행렬을 특잇값으로 나눕니다.")
    examples = (({}, ((3, 4),)), ({"full_matrices": False}, ((2, 5, 3),)), ({"compute_uv": False}, ((3, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        before, rows, columns = self._matrix(inputs[0])
        inner = self._smaller(inputs[0])
        if not self.compute_uv:
            return ((*before, inner),)
        if self.full_matrices:
            return (*before, rows, rows), (*before, inner), (*before, columns, columns)
        return (*before, rows, inner), (*before, inner), (*before, inner, columns)


class _Solving(OfMatrices, abstract=True):
    """What solves a · y = b: (B, n, n), (B, n, k) -> (B, n, k), or one row of numbers for b."""

    tensors: ClassVar[tuple[str, ...]] = ("a", "b")
    input_count = (2, 2)
    square = True
    formula = "a · y = b"

    def output_shape(self, *inputs: Shape) -> Shape:
        one, other = inputs
        _, rows, _ = self._matrix(one)
        at = -2 if len(one) == len(other) else -1
        if len(one) not in (len(other), len(other) + 1):
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shown(inputs)))
        if isinstance(rows, int) and isinstance(other[at], int) and rows != other[at]:
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=[rows, other[at]]))
        return other


class Solve(_Solving, type_name="ops.solve"):
    """The solution of a · y = b: (B, n, n), (B, n, k) -> (B, n, k)."""

    sentence = Text("Solves systems of linear equations.", "연립일차방정식을 풉니다.")
    examples = (({}, ((3, 3), (3, 2))), ({}, ((2, 4, 4), (2, 4, 1))))


class SolveTriangular(_Solving, type_name="ops.solve_triangular"):
    """The solution of a · y = b for a triangular a: (B, n, n), (B, n, k) -> (B, n, k)."""

    lower: bool = argument(FLAG, False)

    sentence = Text("Solves systems of linear equations in triangular form.", "삼각행렬로 된 연립일차방정식을 풉니다.")
    examples = (({}, ((3, 3), (3, 2))), ({"lower": True}, ((2, 4, 4), (2, 4, 1))))


def _order(value: object) -> object:
    if value in ("fro", "nuc") or value is None:
        return value
    return number().parse(value)


class Norm(Reduction, type_name="ops.norm"):
    """The length of vectors, or the norm of matrices, along `axis` (null: of all numbers of all images)."""

    order: object = argument(
        Kind(phrase('a number, "fro" or "nuc"', '수, "fro" 또는 "nuc"'), _order, 2), None, called="ord"
    )
    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    keepdims: bool = argument(FLAG, False)

    sentence = Text("The length of vectors, or the norm of matrices.", "벡터의 길이 또는 행렬의 노름입니다.")
    source = "keras/src/ops/linalg.py, norm"
    examples = (
        ({"axis": -1}, ((4, 3),)),
        ({"axis": 1, "ord": 1, "keepdims": True}, ((4, 4, 2),)),
        ({"axis": (1, 2)}, ((4, 5, 2),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        """Keras takes the orders of a matrix for two axes, numbers for one, none for more."""
        gone = tuple(range(len(inputs[0]))) if self.axis is None else places(self.axis, inputs[0])
        of_vector, of_matrix = isinstance(self.order, float), self.order in ("fro", "nuc", 1.0, -1.0, 2.0, -2.0)
        fits = self.order is None or (of_vector if len(gone) == 1 else of_matrix and len(gone) == 2)
        if not fits:
            facts = {"first": "ord", "second": "axis", "received": self.changed(), "suggestion": ""}
            reason = phrase(
                "numbers are for one axis, matrix norms for two", "수는 축 하나, 행렬 노름은 축 둘에 씁니다"
            )
            raise ShapeError(problem("arguments conflict", **facts, reason=reason))
        return super().output_shape(*inputs)

    @property
    def formula(self) -> str:  # type: ignore[override]  # it tells of its own order
        of_matrix = self.axis is None or len(self.axis) > 1
        euclidean = self.order in ((None, "fro") if of_matrix else (None, 2.0))
        return "√(Σ x²)" if euclidean else f"‖x‖, ord = {self.order}"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None
