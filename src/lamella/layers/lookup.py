"""IntegerLookup, StringLookup and TextVectorization: numbers and words as places in a vocabulary.

Their tables are no weights to Keras. Where the vocabulary comes from data, with Keras' adapt, its size is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.design import Shape, Size
from lamella.errors import Problem
from lamella.layers.arguments import FLAG, TEXT, Kind, Wrong, argument, choice, integer, is_integer, optional
from lamella.layers.base import AxisMap, Layer
from lamella.layers.categories import (
    SALT,
    TOKEN,
    conflict,
    encoded,
    hot,
    one_sample,
    same_axes,
    sparse_conflict,
    wrong_axes,
)
from lamella.texts.languages import Text as Words
from lamella.texts.languages import phrase
from lamella.window import IDENTITY

_MODE: Final = choice("int", "one_hot", "multi_hot", "count", "tf_idf")


def _vocabulary(of: type) -> Kind:
    """The terms, or the name of a file with one in each line."""

    def parse(value: object) -> tuple[object, ...] | str | None:
        if value is None or (isinstance(value, str) and value):
            return value
        if not isinstance(value, Sequence) or not value:
            raise Wrong
        found = tuple(value)
        if not all(isinstance(each, of) and not isinstance(each, bool) for each in found):
            raise Wrong(tuple(map(str, found)) if of is str else None)
        if len(set(found)) < len(found):
            raise Wrong(tuple(dict.fromkeys(found)))
        return found

    example = ("cat", "dog") if of is str else (12, 36)
    words = phrase("a list of terms, each once, or a file's name", "서로 다른 항목의 목록 또는 파일 이름")
    return Kind(words, parse, example)


def _numbers(value: object) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Wrong
    found = tuple(float(each) for each in value if isinstance(each, (int, float)) and not isinstance(each, bool))
    if len(found) != len(value):
        raise Wrong
    return found


_WEIGHTS: Final = Kind(phrase("a number for each term, or null", "항목마다 수 하나씩, 또는 null"), _numbers, (0.5, 1.0))


class _Lookup(Layer, abstract=True):
    """What looking up numbers and words has in common."""

    max_tokens: int | None
    num_oov_indices: int
    mask_token: str | int | None
    oov_token: str | int | None
    vocabulary: tuple[object, ...] | str | None
    idf_weights: tuple[float, ...] | None
    invert: bool
    output_mode: str
    sparse: bool
    pad_to_max_tokens: bool
    vocabulary_size: int | None = argument(optional(integer(1)), None, kw_only=True)

    @property
    def first_term(self) -> int:
        """How many places there are in front of the vocabulary: for the mask, and for terms that are not in it."""
        return (self.mask_token is not None and self.output_mode == "int") + self.num_oov_indices

    @property
    def size(self) -> int | None:
        """The places of the table; None where the vocabulary is not known."""
        if not isinstance(self.vocabulary, tuple):
            return self.vocabulary_size
        masks = self.first_term - self.num_oov_indices
        special = (*(self.mask_token,) * masks, *(self.oov_token,) * self.num_oov_indices)
        named = self.vocabulary[: self.first_term] == special
        return len(self.vocabulary) + (0 if named else self.first_term)

    @property
    def depth(self) -> Size:
        return self.max_tokens if self.pad_to_max_tokens else self.size

    def conflicts(self) -> list[Problem]:
        return [*lookup_conflicts(self), *self._inverted()]

    def _inverted(self) -> list[Problem]:
        if not self.invert or self.output_mode == "int":
            return []
        reason = phrase("the inverse gives terms, not rows", "거꾸로 찾으면 줄이 아니라 항목이 나옵니다")
        fix = phrase("Use output_mode: int.", "output_mode: int를 쓰세요.")
        return [conflict("invert", "output_mode", reason, f"true, {self.output_mode}", fix)]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            return hot(shape, self.depth)
        one_sample(self.type, shape)
        return (shape[0], self.depth)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        place = "v⁻¹(x)" if not self.invert else "v(x)"
        size = f"|v| = {self.size}" if self.size is not None else "|v| = ?"
        return (*encoded(self.output_mode, place, inputs[0], weighted(self.output_mode)), size)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return super().views(inputs, output) if self.output_mode == "int" else same_axes(inputs, output)


def weighted(output_mode: str) -> str:
    return " · idf[k]" if output_mode == "tf_idf" else ""


def lookup_conflicts(layer: _Lookup | TextVectorization) -> list[Problem]:
    """What is wrong with a vocabulary and what is made of it."""
    found = sparse_conflict(layer.sparse, layer.output_mode)
    if layer.pad_to_max_tokens and layer.max_tokens is None:
        reason = phrase("the rows are filled up to max_tokens", "줄을 max_tokens까지 채웁니다")
        fix = phrase("Give max_tokens.", "max_tokens를 적어 주세요.")
        found.append(conflict("pad_to_max_tokens", "max_tokens", reason, "true, null", fix))
    size = layer.size if isinstance(layer.vocabulary, tuple) else None
    if size is not None and layer.max_tokens is not None and size > layer.max_tokens:
        reason = phrase("with its special tokens it has {size}", "특별한 토큰까지 {size}개입니다", size=size)
        fix = phrase("Use max_tokens {size} or more.", "max_tokens를 {size} 이상으로 하세요.", size=size)
        found.append(conflict("vocabulary", "max_tokens", reason, f"{size}, {layer.max_tokens}", fix))
    if layer.idf_weights is not None and layer.output_mode != "tf_idf":
        reason = phrase("only tf_idf uses weights", "가중치는 tf_idf에서만 씁니다")
        fix = phrase("Leave idf_weights out.", "idf_weights를 빼 주세요.")
        found.append(conflict("idf_weights", "output_mode", reason, layer.output_mode, fix))
    if layer.output_mode == "tf_idf" and layer.vocabulary is not None:
        terms = len(layer.vocabulary) if isinstance(layer.vocabulary, tuple) else None
        given = None if layer.idf_weights is None else len(layer.idf_weights)
        if given is None or given != terms:
            reason = phrase("each term needs a weight", "항목마다 가중치가 필요합니다")
            fix = phrase("Give as many numbers as terms.", "항목 수만큼 수를 적어 주세요.")
            found.append(conflict("idf_weights", "vocabulary", reason, f"{given}, {terms}", fix))
    return found


class IntegerLookup(_Lookup, without=("activity_regularizer",)):
    """Whole numbers as places in a vocabulary: the shape is the input's, or rows of one place for each term."""

    max_tokens: int | None = argument(optional(integer(2, 100)), None)
    num_oov_indices: int = argument(integer(0), 1)
    mask_token: str | int | None = argument(TOKEN, None)
    oov_token: str | int | None = argument(TOKEN, -1)
    vocabulary: tuple[object, ...] | str | None = argument(_vocabulary(int), None)
    vocabulary_dtype: str = argument(choice("int64"), "int64")
    idf_weights: tuple[float, ...] | None = argument(_WEIGHTS, None)
    invert: bool = argument(FLAG, False)
    output_mode: str = argument(_MODE, "int")
    sparse: bool = argument(FLAG, False)
    pad_to_max_tokens: bool = argument(FLAG, False)
    oov_method: str = argument(choice("floormod", "farmhash"), "floormod")
    salt: tuple[int, int] | None = argument(SALT, None)

    sentence = Words(
        "Gives whole numbers their places in a list of known ones.", "정수마다 알려진 목록에서의 자리를 알려 줍니다."
    )
    source = "keras/src/layers/preprocessing/index_lookup.py"
    examples = (
        ({"vocabulary": (12, 36, 1138)}, ((4, 3),)),
        ({"vocabulary": (12, 36), "output_mode": "one_hot", "num_oov_indices": 2, "mask_token": 0}, ((4,),)),
        ({"vocabulary": (12, 36), "output_mode": "tf_idf", "idf_weights": (0.5, 0.25)}, ((4,),)),
        (
            {"vocabulary": (12, 36), "max_tokens": 9, "pad_to_max_tokens": True, "output_mode": "multi_hot"},
            ((4,),),
        ),
    )

    def conflicts(self) -> list[Problem]:
        found = super().conflicts()
        if self.salt is not None and self.oov_method != "farmhash":
            reason = phrase("only farmhash is salted", "salt는 farmhash에서만 씁니다")
            fix = phrase("Use oov_method: farmhash.", "oov_method: farmhash를 쓰세요.")
            found.append(conflict("salt", "oov_method", reason, f"{self.salt}, {self.oov_method}", fix))
        return found


class StringLookup(_Lookup, without=("activity_regularizer",)):
    """Words as places in a vocabulary: the shape is the input's, or rows of one place for each term.

    Its input holds words: Input with dtype "string".
    """

    max_tokens: int | None = argument(optional(integer(2, 100)), None)
    num_oov_indices: int = argument(integer(0), 1)
    mask_token: str | int | None = argument(TOKEN, None)
    oov_token: str | int | None = argument(TOKEN, "[UNK]")
    vocabulary: tuple[object, ...] | str | None = argument(_vocabulary(str), None)
    idf_weights: tuple[float, ...] | None = argument(_WEIGHTS, None)
    invert: bool = argument(FLAG, False)
    output_mode: str = argument(_MODE, "int")
    pad_to_max_tokens: bool = argument(FLAG, False)
    sparse: bool = argument(FLAG, False)
    encoding: str = argument(TEXT, "utf-8")
    salt: tuple[int, int] | None = argument(SALT, None)

    sentence = Words("Gives words their places in a vocabulary.", "단어마다 단어장에서의 자리를 알려 줍니다.")
    source = "keras/src/layers/preprocessing/index_lookup.py"
    examples = (
        ({"vocabulary": ("cat", "dog")}, ((4,),)),
        ({"vocabulary": ("[UNK]", "cat", "dog"), "output_mode": "one_hot"}, ((4, 2),)),
        ({"vocabulary": ("cat", "dog"), "output_mode": "count", "mask_token": ""}, ((3,),)),
    )

    def gives_words(self) -> bool:
        return self.invert


def _ngrams(value: object) -> int | tuple[int, ...] | None:
    if value is None or (is_integer(value) and value > 0):  # type: ignore[operator]
        return value  # type: ignore[return-value]
    if isinstance(value, Sequence) and value and all(is_integer(each) and each > 0 for each in value):
        return tuple(value)
    raise Wrong(2)


_NGRAMS: Final = Kind(
    phrase("an integer >= 1, several, or null", "1 이상의 정수 하나 또는 여럿, 또는 null"), _ngrams, 2
)


class TextVectorization(Layer):
    """Texts as places in a vocabulary, word by word: (B,) or (B, 1) -> (B, words), or rows of one place for each term.

    Its input holds texts: Input with dtype "string". Without output_sequence_length the longest text of a batch
    decides how many words there are.
    """

    max_tokens: int | None = argument(optional(integer(2, 100)), None)
    standardize: str | None = argument(
        optional(choice("lower_and_strip_punctuation", "lower", "strip_punctuation")), "lower_and_strip_punctuation"
    )
    split: str | None = argument(optional(choice("whitespace", "character")), "whitespace")
    ngrams: int | tuple[int, ...] | None = argument(_NGRAMS, None)
    output_mode: str = argument(_MODE, "int")
    output_sequence_length: int | None = argument(optional(integer(1, 16)), None)
    pad_to_max_tokens: bool = argument(FLAG, False)
    vocabulary: tuple[object, ...] | str | None = argument(_vocabulary(str), None)
    idf_weights: tuple[float, ...] | None = argument(_WEIGHTS, None)
    sparse: bool = argument(FLAG, False)
    ragged: bool = argument(FLAG, False)
    encoding: str = argument(TEXT, "utf-8")
    vocabulary_size: int | None = argument(optional(integer(1)), None, kw_only=True)

    sentence = Words(
        "Cuts texts into words and gives each its place in a vocabulary.",
        "글을 단어로 나누고, 단어마다 단어장에서의 자리를 알려 줍니다.",
    )
    source = "keras/src/layers/preprocessing/text_vectorization.py"
    examples = (
        ({"vocabulary": ("cat", "dog"), "output_sequence_length": 7}, ((1,),)),
        ({"vocabulary": ("cat", "dog"), "ngrams": 2}, ((),)),
        ({"vocabulary": ("cat", "dog"), "output_mode": "multi_hot", "split": "character"}, ((),)),
        ({"vocabulary": ("cat", "dog"), "output_mode": "count", "split": None}, ((5,),)),
        ({"vocabulary": ("cat", "dog"), "output_mode": "one_hot", "max_tokens": 9, "pad_to_max_tokens": True}, ((),)),
    )

    @property
    def size(self) -> int | None:
        """The places of the table, in which "" is the mask and "[UNK]" stands for all other words."""
        if not isinstance(self.vocabulary, tuple):
            return self.vocabulary_size
        special = ("", "[UNK]") if self.output_mode == "int" else ("[UNK]",)
        named = self.vocabulary[: len(special)] == special
        return len(self.vocabulary) + (0 if named else len(special))

    def conflicts(self) -> list[Problem]:
        found = lookup_conflicts(self)
        for name in ("output_sequence_length", "ragged"):
            if vars(self)[name] and self.output_mode != "int":
                reason = phrase("rows are as long as the vocabulary", "줄의 길이는 단어장의 크기입니다")
                fix = phrase("Leave {name} out.", "빼 주세요: {name}.", name=name)
                received = f"{vars(self)[name]}, {self.output_mode}"
                found.append(conflict(name, "output_mode", reason, received, fix))
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        """Of other axes, Keras says one shape and gives another."""
        (shape,) = inputs
        depth = self.max_tokens if self.pad_to_max_tokens else self.size
        if self.split is None and self.output_mode == "one_hot":
            if len(shape) > 2 or self.ngrams is not None:
                words = phrase(
                    "one word or several: (B) or (B, words), without ngrams",
                    "ngrams 없이 단어 하나나 여럿: (B)나 (B, 단어)",
                )
                raise wrong_axes(self.type, words, shape)
            return hot(shape, depth)
        if self.split is None:
            one_sample(self.type, shape)
            return (shape[0], self.output_sequence_length if self.output_mode == "int" else depth)
        if self.output_mode == "int":
            if shape[1:] not in ((), (1,)):
                raise wrong_axes(self.type, phrase("one text each: (B, 1)", "글 하나씩: (B, 1)"), shape)
            return (shape[0], self.output_sequence_length)
        if len(shape) != 1:
            words = phrase("one text each: (B)", "글 하나씩: (B)")
            fix = phrase("Write Input: {{shape: []}}.", "Input: {{shape: []}}로 적어 주세요.")
            raise wrong_axes(self.type, words, shape, fix)
        return (shape[0], None, depth) if self.output_mode == "one_hot" else (shape[0], depth)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        size = f"|v| = {self.size}" if self.size is not None else "|v| = ?"
        words = f"{self.split}(x)" if self.split else "x"
        if self.ngrams is not None:
            words = f"ngrams({words}, {self.ngrams})"
        lines = encoded(self.output_mode, "v⁻¹(x)", ("B", None), weighted(self.output_mode))
        return (f"t = {words}", *(line.replace("x[", "t[") for line in lines), size)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Which words of a text stand where is no matter of its numbers."""
        if self.split is None and self.output_mode in ("int", "one_hot"):
            return ({1: (1, IDENTITY if self.ngrams is None else None)},) if len(inputs[0]) > 1 else ({},)
        return ({},)
