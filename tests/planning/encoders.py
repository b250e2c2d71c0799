"""Random encoders: convolutions and poolings of any size and stride, with what stands between them."""

from __future__ import annotations

from random import Random

from lamella.design import INPUT, Design, Node
from lamella.layers import normal_form
from lamella.planning.planner import plan


def encoder(random: Random) -> Design:
    """One whose layers fit: sequences, pictures or volumes, odd sizes and strides, some ending in a vector."""
    while True:
        found = _drawn(random)
        if not plan(found).errors:
            return found


def _drawn(random: Random) -> Design:
    rank = random.choice([1, 2, 2, 2, 3])
    longest = 18 if rank == 3 else 40
    shape = (*(random.randint(7, longest) for _ in range(rank)), random.choice([1, 3]))
    nodes = [Node("input", INPUT, {"shape": shape})]

    def add(kind: str, **arguments: object) -> None:
        nodes.append(Node(f"e{len(nodes)}", kind, normal_form(kind, arguments), (nodes[-1].name,)))

    def each(least: int, most: int) -> tuple[int, ...]:
        return tuple(random.randint(least, most) for _ in range(rank))

    for _ in range(random.randint(1, 4)):
        padding = random.choice(["same", "valid"])
        kinds = ["Conv", "Conv", "Conv", "Max", "Average", "Separable", "Depthwise", "Normal", "Pad", "Crop", "Drop"]
        match random.choice(kinds):
            case "Conv":
                sizes = {"kernel_size": each(1, 5), "strides": each(1, 3)}
                add(f"Conv{rank}D", filters=random.randint(1, 6), **sizes, padding=padding, activation="relu")
            case "Max" | "Average" as which:
                add(f"{which}Pooling{rank}D", pool_size=each(1, 3), strides=each(1, 3), padding=padding)
            case "Separable" if rank < 3:
                stride = (random.randint(1, 3),) * rank
                add(f"SeparableConv{rank}D", filters=3, kernel_size=each(1, 5), strides=stride, padding=padding)
            case "Depthwise" if rank < 3:
                stride, depth = (random.randint(1, 3),) * rank, random.randint(1, 2)
                sizes = {"kernel_size": each(1, 5), "strides": stride, "depth_multiplier": depth}
                add(f"DepthwiseConv{rank}D", **sizes, padding=padding)
            case "Normal":
                add("BatchNormalization")
            case "Pad":
                add(f"ZeroPadding{rank}D", padding=random.randint(1, 2))
            case "Crop":
                add(f"Cropping{rank}D", cropping=1)
            case _:
                add("Dropout", rate=0.1)
    match random.choice(["vector", "pooled", "", "", "", "", ""]):
        case "vector":
            add("Flatten")
            add("Dense", units=5)
        case "pooled":
            add(f"GlobalAveragePooling{rank}D")
    return Design("encoder", tuple(nodes), {nodes[-1].name: nodes[-1].name})
