"""A plan as plain data: the contract of `lamella plan --json` that other programs build on."""

from __future__ import annotations

from lamella.algebra import Expression, number
from lamella.design import BATCH, INPUT, Shape
from lamella.errors import Problem
from lamella.layers.base import without_batch
from lamella.planning.arrays import PARTS
from lamella.planning.open_sizes import OpenSize
from lamella.planning.plan import Plan, Row
from lamella.planning.receptive_field import ReceptiveField
from lamella.texts.words import say

SCHEMA = 1
MACS_CONVENTION = "multiply-adds of convolution, transposed convolution and dense layers; bias not counted"


def as_json(plan: Plan) -> dict[str, object]:
    """The plan as JSON data. Rows are for one image, memory for the batch; null where a figure is not known."""
    rows, memory, totals = plan.by_name, plan.memory, plan.totals
    return {
        "schema": SCHEMA,
        "name": plan.design.name,
        "batch": plan.batch,
        "dtype": plan.dtype,
        "macs_convention": say(f"like {plan.like}", "en") if plan.like else MACS_CONVENTION,
        "like": plan.like,
        "inputs": {node.name: _numbers(rows[node.name].output_shape) for node in plan.design.inputs},
        "outputs": {name: _numbers(shape) for name, shape in plan.outputs.items()},
        "layers": [row_as_json(row) for row in plan.rows if row.node.type != INPUT],
        "totals": {
            "params": totals.params,
            "trainable_params": totals.trainable_params,
            "macs": number(totals.macs),
            "partial": totals.partial,
        },
        "memory": {
            "inference_peak_bytes": memory.inference_peak_bytes,
            "training_peak_bytes": memory.training_peak_bytes,
            "engine": memory.engine,
            "optimizer": plan.optimizer,
            **{f"{part}_bytes": getattr(memory, f"{part}_bytes") for part in PARTS},
            "inference_peak_layer": memory.inference_peak_layer,
            "training_peak_layer": memory.training_peak_layer,
            "training_peak_phase": memory.training_peak_phase,
            "unknown_layers": list(memory.unknown_layers),
            "unkept_layers": list(memory.unkept_layers),
        },
        "open_sizes": [open_size(each) for each in plan.open_sizes],
        "relations": [" = ".join(map(str, each)) for each in plan.relations],
        "findings": [finding(each) for each in plan.findings],
    }


def finding(found: Problem) -> dict[str, object]:
    """A problem as JSON data, in English."""
    where = found.where
    return {
        "code": found.code,
        "severity": found.severity,
        "layer": where.layer,
        "message": found.message(),
        "fix": found.fix() or None,
        "file": where.file,
        "line": where.line,
        "column": where.column,
    }


def row_as_json(row: Row) -> dict[str, object]:
    fields = row.receptive_fields
    return {
        "name": row.node.name,
        "type": row.node.type,
        "from": list(row.node.inputs),
        "call": {key: list(each) if isinstance(each, tuple) else each for key, each in row.node.called.items()},
        "shares": row.node.shares,
        "opaque": row.node.gives is not None,
        "output_shape": _numbers(row.output_shape),
        "symbolic": _symbolic(row),
        "params": row.params,
        "trainable_params": row.trainable_params,
        "weights": None
        if row.weights is None
        else [{"name": each.name, "shape": list(each.shape), "trainable": each.trainable} for each in row.weights],
        "macs": number(row.macs),
        "activation_bytes": number(row.activation_bytes),
        "saved_bytes": row.saved_bytes,
        "inference_bytes": row.inference_bytes,
        "training_bytes": row.training_bytes,
        "receptive_field": _field(fields[0]) if fields else None,
        "receptive_fields": {each.input: _field(each) for each in fields},
    }


def _field(field: ReceptiveField) -> dict[str, object]:
    return {
        "min": list(field.min),
        "max": list(field.max),
        "start": list(field.start),
        "stride": [None if each is None else list(each) for each in field.stride],
        "seen": list(field.seen),
        "aligned": field.aligned,
        "multiple": list(field.multiple),
    }


def _numbers(shape: Shape | None) -> list[object] | None:
    """Sizes as numbers, null where they are open."""
    sizes = _sizes(shape)
    return None if sizes is None else [None if isinstance(each, Expression) else each for each in sizes]


def _symbolic(row: Row) -> dict[str, object] | None:
    """Shape, MACs and bytes in terms of the open sizes; null for a row without any."""
    sizes = _sizes(row.output_shape) or []
    if not any(isinstance(each, Expression) for each in (*sizes, row.macs)):
        return None
    return {
        "output_shape": [str(each) if isinstance(each, Expression) else each for each in sizes],
        "macs": None if row.macs is None else str(row.macs),
        "activation_bytes": None if row.activation_bytes is None else str(row.activation_bytes),
    }


def open_size(size: OpenSize) -> dict[str, object]:
    return {
        "symbol": size.symbol,
        "input": size.input,
        "axis": size.axis,
        "first": size.first,
        "period": size.period,
        "remainders": None if size.remainders is None else list(size.remainders),
        "only": list(size.only),
    }


def _sizes(shape: Shape | None) -> list[object] | None:
    """Sizes without the batch where it stands first; elsewhere the symbol stays."""
    if shape is None:
        return None
    return list(without_batch(shape[:1]) + shape[1:]) if shape[:1] == (BATCH,) else list(shape)
