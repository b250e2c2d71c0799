"""Random designs of layers that lamella writes in ONNX: chains, branches, merges, shared layers, open sizes."""

from __future__ import annotations

from lamella.design import BATCH, INPUT, Design, Node
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.base import elements
from lamella.planning.planner import plan
from planning import random_layers

MOST_NUMBERS = 20_000


def activation(dice):
    return "Activation", {"activation": dice.choice(sorted(ACTIVATIONS.keys() - {"sparsemax"}))}


def bent(dice):
    slope = round(dice.uniform(0.1, 0.9), 2)
    rectified = {"max_value": dice.choice([None, 1.5]), "negative_slope": slope, "threshold": dice.choice([0, 0.25])}
    return dice.choice(
        [
            ("ReLU", rectified),
            ("ELU", {"alpha": slope}),
            ("LeakyReLU", {}),
            ("PReLU", {"shared_axes": dice.choice([None, 1, (1, 2)])}),
            ("Softmax", {"axis": dice.choice([-1, 1, (1, 2)])}),
        ]
    )


def border(dice):
    rank = dice.randint(1, 3)
    ends = [(dice.randint(0, 2), dice.randint(0, 2)) for _ in range(rank)]
    if dice.random() < 0.6:
        return f"ZeroPadding{rank}D", {"padding": tuple(ends) if rank > 1 else ends[0]}
    return f"Cropping{rank}D", {"cropping": tuple(ends) if rank > 1 else ends[0]}


def between(dice):
    if dice.random() < 0.5:
        how = dice.choice(["nearest", "bilinear"])
        return "UpSampling2D", {"size": (dice.randint(1, 3), dice.randint(1, 3)), "interpolation": how}
    sizes = {"height": dice.randint(1, 12), "width": dice.randint(1, 12)}
    return "Resizing", sizes | {"interpolation": dice.choice(["nearest", "bilinear"])}


def order(dice):
    rank = dice.randint(1, 4)
    return dice.choice(
        [
            ("Permute", {"dims": tuple(dice.sample(range(1, rank + 1), rank))}),
            ("Flatten", {}),
            ("Reshape", {"target_shape": dice.choice([(-1,), (-1, 2), (2, -1, 3), (-1, 2, 2)])}),
            ("ops.transpose", {"axes": (0, *dice.sample(range(1, rank + 1), rank))}),
            ("ops.expand_dims", {"axis": dice.randint(1, rank)}),
            ("ops.squeeze", {"axis": -1}),
            ("ops.depth_to_space", {"block_size": 2}),
            ("ops.space_to_depth", {"block_size": 2}),
            ("ops.flip", {"axis": dice.randint(1, rank)}),
        ]
    )


def reduction(dice):
    axes = tuple(dice.sample(range(1, 4), dice.randint(1, 2)))
    name = dice.choice(["mean", "sum", "max", "var", "logsumexp"])
    return f"ops.{name}", {"axis": axes, "keepdims": dice.random() < 0.5}


def single(dice):
    names = ("tanh", "sin", "square", "absolute", "erf", "softplus", "trunc", "hard_sigmoid")
    return dice.choice([(f"ops.{dice.choice(names)}", {}), ("ops.add", {"x2": 0.5}), ("ops.subtract", {"x1": 2})])


def scaling(dice):
    return dice.choice(
        [
            ("Rescaling", {"scale": 0.5, "offset": -1}),
            ("UnitNormalization", {"axis": dice.choice([-1, 1])}),
            ("RMSNormalization", {}),
            ("Dropout", {"rate": 0.5}),
            ("Dense", {"units": dice.randint(1, 5), "activation": "softmax"}),
        ]
    )


ALONE = (activation, bent, border, between, order, reduction, single, scaling)
DRAWN = (
    *(random_layers.convolution, random_layers.transposed, random_layers.depthwise, random_layers.separable),
    *(random_layers.pooling, random_layers.whole, random_layers.upsampling, random_layers.normalization),
)
MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate", "ops.add", "ops.maximum")


def candidate(dice, name, shapes):
    """A node that reads some of the tensors, which may not fit."""
    kind = dice.random()
    read = dice.choice(list(shapes)[-4:])
    if kind < 0.2:
        like = [each for each in shapes if len(shapes[each]) == len(shapes[read])]
        merge = dice.choice(MERGES)
        return Node(name, merge, {}, (read, dice.choice(like)))
    if kind < 0.55:
        type_name, arguments = dice.choice(ALONE)(dice)
    else:
        type_name, arguments, _ = dice.choice(DRAWN)(dice)
        if "Conv" in type_name and dice.random() < 0.5:
            arguments["activation"] = dice.choice(["relu", "gelu", "silu", "softmax"])
        if dice.random() < 0.15 and "Normalization" not in type_name:
            arguments["data_format"] = "channels_first"
    return Node(name, type_name, arguments, (read,))


def drawn(dice):
    """A design without errors, whose leaves are its outputs."""
    rank = dice.choice([1, 2, 2, 2, 3])
    opens = rank == 2 and dice.random() < 0.4
    sizes = [None] * rank if opens else [dice.randint(1, 9) for _ in range(rank)]
    nodes = [Node("x", INPUT, {"shape": (*sizes, dice.randint(1, 6))})]
    if dice.random() < 0.3:
        nodes.append(Node("y", INPUT, {"shape": tuple(dice.choice([size, 1]) for size in nodes[0].arguments["shape"])}))
    shapes = {node.name: (BATCH, *node.arguments["shape"]) for node in nodes}
    wanted, tries = dice.randint(3, 9), 0
    while len(nodes) < wanted and tries < 200:
        tries += 1
        node = candidate(dice, f"layer{len(nodes)}", shapes)
        shared = [each for each in nodes if each.type.startswith("Conv") and not each.shares]
        if shared and dice.random() < 0.1:
            first = dice.choice(shared)
            node = Node(node.name, first.type, {}, node.inputs[:1], first.name)
        found = plan(Design("random", (*nodes, node), {node.name: node.name}))
        shape = found.row(node.name).output_shape
        if found.errors or shape is None or (elements(shape) or 0 if not opens else 0) > MOST_NUMBERS:
            continue
        if opens and any(size is None for size in shape):
            continue
        nodes.append(node)
        shapes[node.name] = shape
    read = {each for node in nodes for each in node.inputs}
    leaves = [node.name for node in nodes if node.name not in read and node.type != INPUT]
    return Design("random", tuple(nodes), {name: name for name in leaves})
