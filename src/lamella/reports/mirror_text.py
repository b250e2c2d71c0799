"""What a mirror's largest Dense costs, in words."""

from __future__ import annotations

from lamella import units
from lamella.planning.mirror_cost import Cost
from lamella.texts.languages import Language, plain
from lamella.texts.words import say


def cost_text(found: Cost, language: Language) -> str:
    """How much it holds, and how much there would be without it."""
    weights = found.dense.weights or ()
    inputs, outputs = weights[0].shape
    sizes = {"inputs": units.count(inputs), "outputs": units.count(outputs)}
    params, total = units.count(found.dense.params), units.count(found.total)
    name = plain(found.dense.node.name, 80)
    lines = [say("mirror cost", language, name=name, params=params, total=total, **sizes)]
    if found.pooled is not None:
        kind = f"GlobalAveragePooling{found.rank}D"
        lines.append(say("mirror pooled", language, kind=kind, params=units.count(found.pooled)))
    if found.ended is not None:
        code = plain(found.code, 80)
        lines.append(say("mirror ended", language, name=code, params=units.count(found.ended)))
    return " ".join(lines)


def cost_as_json(found: Cost) -> dict[str, object]:
    """The same as plain data."""
    dense = {"layer": found.dense.node.name, "params": found.dense.params}
    return {**dense, "total": found.total, "pooled": found.pooled, "code": found.code, "ended": found.ended}
