"""Layer types by their names in a design."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.layers.base import Layer

OPERATIONS: Final = "ops."
"""How the names of the functions of `keras.ops` begin."""

NAMED_BY: Final = phrase("Run lamella explain, which names them all.", "lamella explain을 실행하면 모두 나옵니다.")
"""Where the names of all types are, of which there are too many for a message."""


class Registry(Mapping[str, "type[Layer]"]):
    """Layer types by name. The many operations are loaded when one of them, or everything, is first asked for."""

    def __init__(self) -> None:
        self._types: dict[str, type[Layer]] = {}

    def add(self, kind: type[Layer]) -> None:
        self._types[kind.type] = kind

    @property
    def loaded(self) -> list[str]:
        """The names of the types that are loaded so far."""
        return list(self._types)

    def _whole(self) -> dict[str, type[Layer]]:
        from lamella.layers.operations import load

        load()
        return self._types

    def __getitem__(self, name: str) -> type[Layer]:
        asked = name not in self._types and isinstance(name, str) and name.startswith(OPERATIONS)
        return (self._whole() if asked else self._types)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())


REGISTRY: Final = Registry()
"""Every layer type by its name in a design."""


def snake_case(type_name: str) -> str:
    """Keras' automatic name for a layer type.

    >>> snake_case("Conv2DTranspose"), snake_case("MaxPooling2D"), snake_case("ops.squeeze")
    ('conv2d_transpose', 'max_pooling2d', 'squeeze')
    """
    name = type_name.rsplit(".", 1)[-1]
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
