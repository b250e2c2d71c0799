"""What was measured of a design, as a table for each mode and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lamella import units
from lamella.reports.table import table, width
from lamella.texts.languages import Language, plain
from lamella.texts.words import say
from lamella.training.advice import slowest

if TYPE_CHECKING:
    from lamella.training.advice import Advice
    from lamella.training.benchmark import Benchmark, Mode
    from lamella.training.layer_times import LayerTime

_NAME: Final = 52
"""Columns of a layer's name at most, so that a table fits in 100."""
_RIGHT: Final = frozenset({1, 2, 3, 4})


def bench_text(found: Benchmark, language: Language) -> str:
    """Both modes, each with its table and what holds it back, and the machine's limits."""
    name = plain(found.name, 60) or say("unnamed", language)
    machine = found.machine
    lines = [
        say("bench title", language, name=name, shape=units.shape(found.shape), batch=found.batch),
        say(
            "bench machine",
            language,
            processor=plain(found.processor, 60),
            processors=found.processors,
            flops=f"{machine.flops_per_s / 1e9:.0f}",
            bytes=f"{machine.bytes_per_s / 1e9:.0f}",
            layer=f"{machine.layer_s * 1e6:.0f}",
        ),
    ]
    for mode in (found.training, found.restoring):
        lines += ["", *_mode_lines(mode, language)]
    return "\n".join([*lines, "", say("bench note", language)])


def _mode_lines(mode: Mode, language: Language) -> list[str]:
    rate, step = units.count(round(mode.images_per_s)), _ms(mode.whole.step_s)
    title = say(
        f"bench mode {mode.name}",
        language,
        engine=mode.engine,
        rate=rate,
        step=step,
        first=units.seconds(mode.whole.first_s),
    )
    keys = ("layer", "bench measured", "bench least", "bench ratio", "bench share", "bench bound")
    head = [say(key, language) for key in keys]
    rows = [_cells(each, mode, language) for each in mode.layers]
    for key, spent in (
        ("bench layers", mode.layers_s),
        (f"bench beyond {mode.name}", mode.unexplained_s),
        (f"bench whole {mode.name}", mode.whole.step_s),
    ):
        rows.append([say(key, language), _ms(spent), "", "", f"{100 * spent / mode.whole.step_s:.1f} %", ""])
    lines = table(head, rows, _RIGHT).splitlines()
    lines.insert(len(lines) - 3, lines[1])
    return [title, "", *lines, *_helps(mode, language)]


def _cells(layer: LayerTime, mode: Mode, language: Language) -> list[str]:
    figures = [_ms(layer.measured_s), _ms(layer.least.seconds), f"{layer.ratio:.1f}"]
    share = f"{100 * mode.share(layer):.1f} %"
    return [_label(layer, language), *figures, share, say(f"bound {layer.bound}", language)]


def _label(layer: LayerTime, language: Language) -> str:
    """Name and type, with the layers that are run together with it, or that it is a part of."""
    label = plain(f"{layer.name} ({layer.type})", 200)
    others = [name for name in layer.stands_for if name != layer.name]
    if layer.name in layer.stands_for:
        label += "".join(f" + {plain(name, 80)}" for name in others)
    else:
        label += f" {say('bench of', language, names=others)}"
    if width(label) <= _NAME:
        return label
    while width(label) > _NAME - 3:
        label = label[:-1]
    return f"{label}..."


def _helps(mode: Mode, language: Language) -> list[str]:
    """The slowest layer and what would help it."""
    layer = slowest(mode.layers)
    if layer is None:
        return []
    share = f"{100 * mode.share(layer):.0f}"
    said = [advice_text(each, language) for each in mode.advice] or [say("advice none", language)]
    return ["", " ".join([say("bench slowest", language, layer=plain(layer.name, 80), share=share), *said])]


def advice_text(advice: Advice, language: Language) -> str:
    """One piece of advice in words."""
    facts = dict(advice.facts)
    if isinstance(moved := facts.get("moved"), int):
        facts["moved"] = units.size_bytes(moved)
    if isinstance(macs := facts.get("macs"), int):
        facts["macs"] = units.count(macs)
    shown = {name: f"{value:.1f}" if isinstance(value, float) else value for name, value in facts.items()}
    return say(advice.key, language, **shown)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.3f}"


def bench_data(found: Benchmark) -> dict[str, Any]:
    """The same as JSON data; times in seconds for a batch."""
    return {
        "schema": 1,
        "name": found.name,
        "batch_size": found.batch,
        "shape": list(found.shape),
        "machine": {"processor": found.processor, "processors": found.processors, **found.machine._asdict()},
        "training": _mode_data(found.training),
        "restoring": _mode_data(found.restoring),
    }


def _mode_data(mode: Mode) -> dict[str, Any]:
    layer = slowest(mode.layers)
    return {
        "engine": mode.engine,
        "images_per_s": mode.images_per_s,
        "first_s": mode.whole.first_s,
        "step_s": mode.whole.step_s,
        "lanes": mode.lanes,
        "layers_s": mode.layers_s,
        "unexplained_s": mode.unexplained_s,
        "slowest": layer and layer.name,
        "advice": [advice_text(each, "en") for each in mode.advice],
        "layers": [_layer_data(each, mode) for each in mode.layers],
    }


def _layer_data(layer: LayerTime, mode: Mode) -> dict[str, Any]:
    return {
        "name": layer.name,
        "type": layer.type,
        "stands_for": list(layer.stands_for),
        "output_shape": list(layer.output_shape),
        "measured_s": layer.measured_s,
        "least_s": layer.least.seconds,
        "computing_s": layer.least.computing_s,
        "moving_s": layer.least.moving_s,
        "bound": layer.bound,
        "ratio": layer.ratio,
        "share": mode.share(layer),
    }
