"""A Design with weights as an ONNX model, written from the design itself: what a trained network is handed on as.

Opset 20 is the first with GELU as one operator, and every ONNX Runtime from 1.17 on runs it; what later ones add
(Swish, Attention) can be said in it too, and would shut older programs out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lamella import __version__
from lamella.building.engines import WRITING_ONNX, load
from lamella.building.keras_calls import check_buildable
from lamella.building.onnx_graph import Graph
from lamella.building.onnx_values import Value
from lamella.building.onnx_writers import NO_WRITER, TAKES_FLAGS, WRITERS, Unwritable, Use, check_dtype
from lamella.building.onnx_writers import load as load_writers
from lamella.design import BATCH, INPUT, Design, FreeNames, Shape, node_of, origin, output_reference
from lamella.errors import BuildError, problem
from lamella.planning.plan import Plan, Row
from lamella.planning.planner import plan as plan_design
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamella.errors import Problem

OPSET: Final = 20
_IR_VERSION: Final = 9
"""The file format that came with opset 20."""

_LARGEST_BYTES: Final = 2**31 - 2**24
"""Of weights: protobuf holds 2 GiB in one message, and nodes and names are far below 16 MiB."""


def onnx_model(design: Design, weights: Mapping[str, NDArray[Any]], plan: Plan | None = None) -> bytes:
    """A serialized ModelProto that gives, for float32 images, what the design's Keras model with these weights gives.

    `weights` are keyed "node/weight", as `keras_weights.take_weights` gives them. Inputs and outputs have the
    design's names and axes, channels last where it has them so; the number of images is open ("batch"), and so is
    every size that the design leaves open. The same input gives the same bytes.

    Raises `DesignError` where the plan has errors, `BuildError` with every layer that can't be written, or where
    weights are missing or of other shapes, and `MissingEngineError` without the package onnx.
    """
    plan = plan or plan_design(design)
    onnx = load("onnx", WRITING_ONNX, "restore")
    load_writers()
    check_buildable(plan, [] if plan.errors else _Writing(onnx, plan, _shapes_alone(plan), False).problems())
    _check_weights(plan, weights)
    writing = _Writing(onnx, plan, weights)
    if (held := writing.weight_bytes()) > _LARGEST_BYTES:
        raise BuildError(problem("onnx too large", received=f"{held:,}", limit=f"{_LARGEST_BYTES:,}"))
    found: bytes = writing.model().SerializeToString(deterministic=True)
    return found


def _used(plan: Plan) -> list[Row]:
    """The rows that an output depends on, in the order to compute them in, and all inputs."""
    wanted = {node_of(reference, plan.by_name) for reference in plan.design.outputs.values()}
    for row in reversed(plan.rows):
        if row.node.name in wanted:
            wanted |= {node_of(reference, plan.by_name) for reference in row.node.reads}
    return [row for row in plan.rows if row.node.name in wanted or row.node.type == INPUT]


def _expected(plan: Plan) -> dict[str, tuple[Row, tuple[int, ...]]]:
    """The weights that are written, by "node/weight": whose they are, and their shapes."""
    owners = {origin(row.node, plan.design).name for row in _used(plan)}
    rows = (row for row in plan.rows if row.node.name in owners)
    return {f"{row.node.name}/{each.name}": (row, each.shape) for row in rows for each in row.weights or ()}


def _shapes_alone(plan: Plan) -> dict[str, NDArray[Any]]:
    """Zeros for weights, which take no memory: to see what can be written."""
    import numpy as np

    return {name: np.broadcast_to(np.float32(0), shape) for name, (_, shape) in _expected(plan).items()}


def _check_weights(plan: Plan, weights: Mapping[str, NDArray[Any]]) -> None:
    wrong = []
    for name, (row, expected) in _expected(plan).items():
        received = tuple(weights[name].shape) if name in weights else None
        if received != expected:
            facts = {"name": name, "expected": expected, "received": received}
            wrong.append(problem("onnx weight", row.node.place(), **facts))
    if wrong:
        raise BuildError(wrong)


class _Writing:
    """One pass over a plan, whose weights stand in for themselves: layers that can't be written are collected."""

    def __init__(self, onnx: Any, plan: Plan, weights: Mapping[str, NDArray[Any]], keeps: bool = True) -> None:
        self._onnx, self._plan, self._weights = onnx, plan, weights
        inputs = [node.name for node in plan.design.inputs]
        free = FreeNames(inputs)
        self._outputs = {name: free.take(name) for name in plan.design.outputs}
        self._graph = Graph(onnx, [*inputs, *self._outputs.values()], keeps)
        self._values: dict[str, Value] = {}
        self._problems = list(self._written())

    def problems(self) -> list[Problem]:
        """Every layer that can't be written, with its place."""
        return self._problems

    def _written(self) -> Iterator[Problem]:
        for row in _used(self._plan):
            if row.node.gives is not None:
                values: Sequence[Value] = self._stand_ins(row)  # reported as what lamella does not know
            else:
                try:
                    values = self._of(row)
                except Unwritable as what:
                    yield problem("layer not in onnx", row.node.place(), type=row.node.type, reason=what.reason)
                    values = self._stand_ins(row)
            found = (output_reference(row.node.name, place) for place in range(len(values)))
            self._values |= dict(zip(found, values, strict=True))

    def _stand_ins(self, row: Row) -> list[Value]:
        """Tensors in place of those that can't be written, so that what follows is looked at too."""
        return [Value(self._graph, shape or (BATCH,), "") for shape in (row.output_shape, *row.more_shapes)]

    def _of(self, row: Row) -> Sequence[Value]:
        node, layer = row.node, row.layer
        assert layer is not None, "a plan without errors knows every layer"
        shapes = [shape for shape in (row.output_shape, *row.more_shapes) if shape is not None]
        _check_words(row)
        if node.type == INPUT:
            with self._graph.of(node.name):
                return [Value(self._graph, shapes[0], node.name)]
        if node.type not in WRITERS:
            raise Unwritable(NO_WRITER)
        inputs = [self._values[reference] for reference in node.inputs]
        flags = any(value.flags for value in inputs)
        if flags and node.type not in TAKES_FLAGS:
            raise Unwritable(phrase("it reads true and false, or whole numbers", "참과 거짓, 또는 정수를 읽습니다"))
        owner = origin(node, self._plan.design).name
        names = (each.name for each in self._plan.row(owner).weights or ())
        weights = {name: self._weights[f"{owner}/{name}"] for name in names}
        with self._graph.of(node.name):
            made = WRITERS[node.type](Use(self._graph, layer, inputs, shapes, weights, owner))
        found = [made] if isinstance(made, Value) else [*made]
        for value in found if flags and TAKES_FLAGS[node.type] else ():
            value.flags = True
        return found

    def weight_bytes(self) -> int:
        """What the arrays take; asked of a ModelProto, it would be encoded for the answer."""
        return sum(array.nbytes for array in self._graph.constants.values())

    def model(self) -> Any:
        """The whole as a ModelProto."""
        helper, numpy_helper = self._onnx.helper, self._onnx.numpy_helper
        self._name_outputs()
        plan, graph = self._plan, self._graph
        inputs = [self._info(node.name, plan.row(node.name).output_shape) for node in plan.design.inputs]
        outputs = [self._info(self._outputs[name], shape) for name, shape in plan.outputs.items()]
        constants = [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
        name = plan.design.name or "design"
        made = helper.make_graph(graph.nodes, name, inputs, outputs, constants)
        return helper.make_model(
            made,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=_IR_VERSION,
            producer_name="lamella",
            producer_version=__version__,
        )

    def _name_outputs(self) -> None:
        """Gives the tensors that are outputs the outputs' names; one that is an input, or two at once, is copied."""
        graph = self._graph
        last = {name: self._values[reference].name(False) for name, reference in self._plan.design.outputs.items()}
        made = {name for node in graph.nodes for name in node.output}
        new: dict[str, str] = {}
        copies = []
        for name, tensor in last.items():
            if tensor in made and tensor not in new:
                new[tensor] = self._outputs[name]
            else:
                copies.append((tensor, self._outputs[name]))
        for node in graph.nodes:
            node.input[:] = [new.get(each, each) for each in node.input]
            node.output[:] = [new.get(each, each) for each in node.output]
        for tensor, output in copies:
            copied = self._onnx.helper.make_node("Identity", [new.get(tensor, tensor)], [output], name=output)
            graph.nodes.append(copied)

    def _info(self, name: str, shape: Shape | None) -> Any:
        """An input's or output's shape: a size that has no number goes by its symbols, an unknown one by none."""
        sizes = [
            "batch" if size == BATCH else size if isinstance(size, int) or size is None else str(size)
            for size in shape or ()
        ]
        return self._onnx.helper.make_tensor_value_info(name, self._onnx.TensorProto.FLOAT, sizes)


def _check_words(row: Row) -> None:
    """Raises `Unwritable` for what no writer looks at: other types of numbers, flags and masks of a call."""
    node, layer = row.node, row.layer
    assert layer is not None, "a plan without errors knows every layer"
    if row.whole:
        raise Unwritable(phrase("it takes the images of a batch together", "batch의 이미지를 한꺼번에 다룹니다"))
    check_dtype(layer)
    if said := [key for key, value in node.called.items() if value not in (None, False)]:
        raise Unwritable(phrase("its call says {said:list}", "호출할 때 {said:list} 값을 줍니다", said=said))
