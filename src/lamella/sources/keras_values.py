"""Keras' serialized objects as lamella's arguments: plain data, short names, a layer inside a layer as data.

Source: keras/src/saving/serialization_lib.py, and get_config of keras/src/initializers, regularizers, constraints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeGuard

from lamella.design import INPUT
from lamella.layers import REGISTRY, normal_form
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.weight_rules import rule
from lamella.layers.wrapped import CELLS

DEEPEST = 64
"""Levels of lists and mappings that a value may be nested."""

_WRITTEN: Final[dict[str, object]] = {"activation": "linear", "data_format": "channels_last", "dtype": "float32"}
"""What Keras writes where nothing was given."""

_BESIDES: Final = frozenset(
    {"batch_input_shape", "batch_shape", "implementation", "input_dim", "input_length", "input_shape", "time_major"}
    | {"zero_output_for_mask", "oov_method"}
)
"""What files hold besides a layer's arguments, mostly those of Keras 2; none of it changes a shape or a weight."""

_NO_ARGUMENT: Final = frozenset({"name", "sparse", "ragged", "optional", "batch_shape", "batch_input_shape"})
_INNER: Final = frozenset({"layer", "backward_layer", "cell", "cells", "layers"})
"""Arguments that are layers; files without modules tell by them alone."""

_OTHER_CLASS: Final = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Classes that Keras exports under another name; .h5 files hold the class's own."""

NUMBER: Final = "shared_object_id"
"""Where Keras writes the number of an object that stands in several places."""

_CHANGES_WEIGHTS: Final = ("lora_rank", "quantization_config")


class Unknown(Exception):
    """The layer holds code or data that lamella can't follow; `argument` is where, in Keras' words."""

    def __init__(self, argument: str = "") -> None:
        self.argument = argument


class TooDeep(Exception):
    """The data is nested more than `DEEPEST` levels."""


class Kind(NamedTuple):
    """What is made of a serialized layer: its type in a design and its arguments, in normal form where it is known."""

    type: str
    arguments: dict[str, object]
    opaque: bool
    argument: str = ""
    """The argument for which a layer of a known type is opaque."""


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether this is a serialized object."""
    return isinstance(value, dict) and isinstance(value.get("class_name"), str) and "config" in value


def layer_kind(data: Mapping[str, object]) -> Kind:
    """The type and arguments of a serialized layer (not of an operation)."""
    config = data["config"]
    given = dict(config) if isinstance(config, Mapping) else {}
    name = type_name(data)
    if name not in REGISTRY:
        return Kind(name, _readable(given), True)
    try:
        return Kind(name, normal_form(name, _arguments(name, given)), False)
    except Unknown as found:
        return Kind(name, _readable(given), True, found.argument)


def type_name(data: Mapping[str, object]) -> str:
    """The class of a layer: Keras' own by its name, another as Keras registers it, never by a name of lamella's."""
    name, module, registered = str(data["class_name"]), data.get("module", "keras"), data.get("registered_name")
    if name == "InputLayer":
        return INPUT
    if isinstance(module, str) and module.split(".")[0] == "keras":
        return _OTHER_CLASS.get(name, name)
    full = registered if isinstance(registered, str) and registered else name
    return f"Custom>{full}" if full in REGISTRY else full


def _arguments(name: str, config: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a layer or cell. Raises `Unknown`."""
    for key in _CHANGES_WEIGHTS:
        if config.get(key) is not None:
            raise Unknown(key)
    kind, found = REGISTRY.get(name), dict[str, object]()
    declared = kind.arguments if kind else {}
    for key, each in config.items():
        if key in _NO_ARGUMENT:
            continue
        if key.endswith("activation") and each is not None and not (isinstance(each, str) and each in ACTIVATIONS):
            raise Unknown(key)  # a function of anybody's, of which the name at most is stored
        try:
            value = _argument(key, each)
        except Unknown as found_inside:
            raise Unknown(f"{key} {found_inside.argument}".strip()) from None
        default = declared[key].default if key in declared else None
        if kind and key not in declared and (value is None or value is False or key in _BESIDES):
            continue
        if (kind or key == "dtype") and default is None and (value == {} or value == _WRITTEN.get(key, default)):
            continue
        if isinstance(default, str) and key.endswith("_initializer") and value == _long_name(default):
            continue
        found[key] = value
    if name == INPUT:
        return _input(config, found)
    if name == "BatchNormalization" and isinstance(axis := found.get("axis"), list) and len(axis) == 1:
        found["axis"] = axis[0]  # as Keras 2 wrote it
    if name == "Normalization" and found.get("axis") == []:
        found["axis"] = None
    if name == "Discretization" and found.get("bin_boundaries") is not None:
        found.pop("num_bins", None)  # an adapted layer holds both
    if found.get("vocabulary") is not None:
        found.pop("vocabulary_size", None)  # it follows
    if name == "MelSpectrogram":
        _drop_filled_in(found)
    for key, same in (("strides", "pool_size"), ("value_dim", "key_dim")):
        if key in found and key in declared and declared[key].default is None and found[key] == found.get(same):
            del found[key]  # Keras writes what it took for None
    if _mirrors(found.get("layer"), found.get("backward_layer")):
        del found["backward_layer"]
    return found


def _drop_filled_in(found: dict[str, object]) -> None:
    """Takes out of a MelSpectrogram's arguments what Keras wrote for None."""
    rate = found.get("sampling_rate")
    if found.get("sequence_length") == found.get("fft_length"):
        found.pop("sequence_length", None)
    if isinstance(rate, int) and found.get("max_freq") == rate // 2:
        found.pop("max_freq", None)


def _long_name(initializer: str) -> str:
    """The name of an initializer's class, in Keras' writing of names, where a default has another."""
    return {"uniform": "random_uniform", "normal": "random_normal"}.get(initializer.lower(), initializer.lower())


def _input(config: Mapping[str, object], found: dict[str, object]) -> dict[str, object]:
    """The shape of one image, and the batch where it is fixed; Keras 2 called both together batch_input_shape."""
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    if isinstance(shape, (list, tuple)) and shape:
        found["shape"] = list(shape[1:])
        found |= {"batch_size": shape[0]} if shape[0] is not None else {}
    return found


def _argument(key: str, value: object) -> object:
    """One argument. Raises `Unknown` for code and for data that changes what the layer is."""
    if isinstance(value, (list, tuple)) and any(map(is_object, value)):
        return [_argument(key, each) for each in value]
    if not is_object(value):
        return plain(value)
    name, config = str(value["class_name"]), value["config"]
    inner: Mapping[str, object] = config if isinstance(config, Mapping) else {}
    if key.endswith(("_initializer", "_regularizer", "_constraint")):
        return _short(value, inner)
    if key == "dtype":
        if name not in ("DTypePolicy", "Policy"):
            raise Unknown  # a quantized layer has other weights
        return plain(inner.get("name"))
    if key in _INNER or str(value.get("module")).startswith("keras.layers"):
        return inner_layer(value)
    return plain(value)


def inner_layer(data: Mapping[str, object]) -> dict[str, object]:
    """A layer that is another's argument, as data: {"LSTM": {"units": 3}}. Raises `Unknown`, also for a model."""
    name, config = type_name(data), data["config"]
    if name not in REGISTRY and name not in CELLS:
        raise Unknown(name)
    return {name: normal_form(name, _arguments(name, config if isinstance(config, Mapping) else {}))}


def numbers(data: Mapping[str, object], deepest: int = DEEPEST) -> Iterator[int]:
    """The numbers by which Keras knows a layer that is used in several places: its own, and those of layers in it."""
    if deepest < 1:
        raise TooDeep
    number, config = data.get(NUMBER), data["config"]
    if isinstance(number, int):
        yield number
    inside = config if isinstance(config, Mapping) else {}
    for key in sorted(_INNER - {"layers"}):
        value = inside.get(key)
        for each in value if isinstance(value, (list, tuple)) else (value,):
            if is_object(each):
                yield from numbers(each, deepest - 1)


def _mirrors(forward: object, backward: object) -> bool:
    """Whether a Bidirectional's second layer is what Keras makes of the first by itself."""
    if not (isinstance(forward, dict) and isinstance(backward, dict) and forward.keys() == backward.keys()):
        return False
    ((_, one),), ((_, other),) = forward.items(), backward.items()
    return one.get("go_backwards", False) != other.get("go_backwards", False) and (
        {**one, "go_backwards": None} == {**other, "go_backwards": None}
    )


def _short(data: Mapping[str, object], config: Mapping[str, object]) -> object:
    """The short name of an initializer, regularizer or constraint that differs from its defaults in nothing."""
    known = rule({**data, "config": config})
    if known is not None and known.short is not None:
        return known.short
    return plain({key: data[key] for key in ("module", "class_name", "config", "registered_name") if key in data})


def plain(value: object, deepest: int = DEEPEST) -> object:
    """A value as data that a design file can hold. Raises `Unknown` for code."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if deepest < 1:
        raise TooDeep
    if isinstance(value, (list, tuple)):
        return [plain(each, deepest - 1) for each in value]
    if isinstance(value, dict):
        return _object(value, deepest) if is_object(value) else _mapping(value.items(), deepest)
    raise Unknown


def _object(value: Mapping[str, object], deepest: int) -> object:
    name, config = value["class_name"], value["config"]
    inner: Mapping[str, object] = config if isinstance(config, Mapping) else {}
    match name:
        case "__lambda__" | "function":
            raise Unknown
        case "__tensor__" | "__numpy__" | "__bytes__":
            return plain(inner.get("value"), deepest - 1)
        case "__ellipsis__":
            return "..."
        case "__slice__":
            return {key: plain(inner.get(key), deepest - 1) for key in ("start", "stop", "step")}
        case "SeedGenerator":
            return plain(inner.get("seed"), deepest - 1)
    return _mapping(value.items(), deepest)


def _mapping(items: Iterable[tuple[object, object]], deepest: int) -> dict[str, object]:
    return {str(key): plain(each, deepest - 1) for key, each in items}


def _readable(config: Mapping[str, object]) -> dict[str, object]:
    """What a person may want to see of a layer that lamella does not know: its plain values."""
    return {
        key: plain(value)
        for key, value in config.items()
        if key not in ("name", "dtype", "trainable") and _is_simple(value)
    }


def _is_simple(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(isinstance(each, (str, int, float)) for each in value)
    return isinstance(value, (str, int, float))
