"""A Design as Python code of Keras' functional API, as a person would write it."""

from __future__ import annotations

from collections.abc import Mapping

from lamella.building.code_names import results, variables, written_names
from lamella.building.keras_calls import called, check_buildable, model_outputs
from lamella.building.keras_names import keras_model_name
from lamella.building.keras_pen import Code, Group, MadeLayer, Pen, Unwritable, literal
from lamella.design import Design, origin
from lamella.errors import Problem, problem
from lamella.planning.plan import Plan
from lamella.planning.planner import plan as plan_design


def write(design: Design) -> str:
    """The design as code that makes `model`, a `keras.Model`; it stands in channels-last, Keras' own default.

    The layers are named as `keras_model` names them, but for names that Keras gives by itself in a fresh session.
    Raises `DesignError` where the plan has errors and `BuildError` with every node that can't be written.
    """
    plan = plan_design(design)
    check_buildable(plan, _unwritable(plan))
    pen, names = Pen(), variables(plan)
    tensors = {reference: Code(name) for reference, name in names.tensors.items()}
    statements = _statements(plan, pen, tensors, names.layers)
    inputs = [tensors[node.name] for node in design.inputs]
    items = [literal(inputs[0] if len(inputs) == 1 else inputs), literal(model_outputs(design, tensors))]
    title = keras_model_name(design)
    if title is not None:
        items.append(literal(title).after("name="))
    used = (f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(pen.used.items()))
    imports = ["import keras", *used]
    return "\n".join([*imports, "", *statements, "", _line("model", Code("keras.Model", Group("()", items)))]) + "\n"


def _unwritable(plan: Plan) -> list[Problem]:
    """Every argument that no code gives, with its place; one of a layer inside is that of the layer around it."""
    found = []
    for row in plan.rows:
        if row.node.frozen:
            found.append(problem("frozen not written", row.node.place("frozen"), type=row.node.type))
        for key, value in row.node.arguments.items() if row.node.gives is None else ():
            try:
                literal(value)
            except Unwritable as what:
                found.append(problem("value not written", row.node.place(key), argument=key, received=str(what)))
    return found


def _statements(plan: Plan, pen: Pen, tensors: Mapping[str, Code], shared: Mapping[str, str]) -> list[str]:
    """The lines that make the tensors; a layer that is called more than once is made before its first call."""
    names, layers = written_names(plan), dict[str, MadeLayer]()
    lines: list[str] = []
    for row in plan.rows:
        node, first = row.node, origin(row.node, plan.design)
        made = called(pen, row, first, names[first.name], layers, tensors)
        if node.name in shared:
            layer, variable = layers[node.name], Code(shared[node.name])
            lines.append(_line(str(variable), layer.made))
            made, layer.made = Code(*variable.parts, made.parts[-1]), variable
        targets = [str(tensors[each]) for each in results(row)]
        alone = row.layer is not None and row.layer.gives_list and len(targets) == 1
        lines.append(_line(f"({targets[0]},)" if alone else ", ".join(targets), made))
    return lines


def _line(target: str, value: Code) -> str:
    return value.after(f"{target} = ").lines()
