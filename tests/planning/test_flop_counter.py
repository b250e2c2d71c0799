"""MACs of random layers against PyTorch's FlopCounterMode, which sees the operations that PyTorch runs.

Both speak of the same layers: convolutions, transposed ones and matrix products, a multiply-add as 2 FLOPs. Positions
in the padding count for both, and of a transposed convolution every input number with its whole window, the cropped
part too. Where FlopCounterMode (torch 2.13.0) is silent, and no layer drawn here ends up:

- a matrix times one vector (aten.mv, aten.dot) is 0, and so is an einsum that sums nothing or one number only,
- as are an LSTM in oneDNN's kernel and scaled_dot_product_attention in the CPU's own one (test_convention_layers.py).

Its forward passes of grouped convolutions are right; of their gradients it counts the weights' as of one group.
"""

from __future__ import annotations

import random

import pytest

from lamella.layers.base import REGISTRY

torch = pytest.importorskip(
    "torch", reason="PyTorch is an oracle, not a dependency: pip install --group oracles", exc_type=ImportError
)
from planning.torch_networks import Unit, torch_shape  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
EACH = 25


def counted(layer, shapes, output):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        made = Unit(layer, shapes, output).eval()(*(torch.zeros(1, *torch_shape(shape)) for shape in shapes))
    assert made.numel() == torch.Size(output[1:]).numel()
    return counter.get_total_flops()


def picture(dice, rank, channels):
    return ("B", *(dice.randint(5, 11 - 2 * rank + 2) for _ in range(rank)), channels)


def each_axis(dice, rank, most):
    return tuple(dice.randint(1, most) for _ in range(rank))


def window(dice, rank, same_stride=False):
    """Arguments of a window, with strides or with a dilation."""
    found = {"kernel_size": each_axis(dice, rank, 3), "padding": dice.choice(["valid", "same"])}
    found["use_bias"] = dice.random() < 0.5
    kind = dice.choice(["plain", "strides", "dilation"])
    if kind == "strides":
        found["strides"] = dice.randint(2, 3) if same_stride else each_axis(dice, rank, 3)
    if kind == "dilation":
        found["dilation_rate"] = each_axis(dice, rank, 2)
    return found


def convolution(dice):
    rank, groups = dice.randint(1, 3), dice.choice([1, 1, 2, 3])
    arguments = window(dice, rank) | {"groups": groups, "filters": groups * dice.randint(1, 3)}
    return f"Conv{rank}D", arguments, (picture(dice, rank, groups * dice.randint(1, 3)),)


def transposed(dice):
    rank = dice.randint(1, 3)
    arguments = window(dice, rank) | {"filters": dice.randint(1, 4), "strides": each_axis(dice, rank, 3)}
    arguments["dilation_rate"] = 1
    if dice.random() < 0.5:
        strides = dice.randint(2, 3)
        arguments |= {"strides": strides, "output_padding": dice.randint(1, strides - 1)}
    return f"Conv{rank}DTranspose", arguments, (picture(dice, rank, dice.randint(1, 4)),)


def depthwise(dice):
    rank = dice.randint(1, 2)
    arguments = window(dice, rank, same_stride=True) | {"depth_multiplier": dice.randint(1, 3)}
    return f"DepthwiseConv{rank}D", arguments, (picture(dice, rank, dice.randint(1, 5)),)


def separable(dice):
    name, arguments, shapes = depthwise(dice)
    return name.replace("Depthwise", "Separable"), arguments | {"filters": dice.randint(1, 5)}, shapes


def dense(dice):
    shape = ("B", *each_axis(dice, dice.randint(1, 4), 5))
    return "Dense", {"units": dice.randint(1, 6), "use_bias": dice.random() < 0.5}, (shape,)


def matmul(dice):
    """With axes of one number in front, which are repeated."""
    rows, summed, columns = each_axis(dice, 3, 5)
    before = each_axis(dice, dice.randint(0, 2), 3)
    one, other = ([dice.choice([size, 1]) for size in before] for _ in range(2))
    return "ops.matmul", {}, (("B", *one, rows, summed), ("B", *other, summed, columns))


def dot(dice):
    summed = dice.randint(1, 5)
    shapes, axes = [], []
    for _ in range(2):
        sizes = list(each_axis(dice, dice.randint(0, 2), 4))
        place = dice.randint(0, len(sizes))
        shapes.append(("B", *sizes[:place], summed, *sizes[place:]))
        axes.append(place + 1)
    return "Dot", {"axes": tuple(axes), "normalize": dice.random() < 0.3}, tuple(shapes)


def einsum(dice):
    """Letters of both, of one each, and summed ones, in any order."""
    sizes = dict(zip("hijkml", (*each_axis(dice, 5, 4), dice.randint(2, 4))))
    shared, one, other = "h" * dice.randint(0, 1), "ij"[: dice.randint(0, 2)], "k" * dice.randint(0, 1)
    summed = "lm"[: dice.randint(1, 2)]

    def mixed(letters):
        return "b" + "".join(dice.sample(letters, len(letters)))

    terms = mixed(shared + one + summed), mixed(shared + other + summed)
    shapes = tuple(tuple("B" if letter == "b" else sizes[letter] for letter in term) for term in terms)
    return "ops.einsum", {"subscripts": f"{terms[0]},{terms[1]}->{mixed(shared + one + other)}"}, shapes


def einsum_dense(dice):
    kept, summed, made = ("hi"[: dice.randint(0, 2)], "lm"[: dice.randint(1, 2)], "jk"[: dice.randint(1, 2)])
    sizes = dict(zip("himjkl", (*each_axis(dice, 5, 4), dice.randint(2, 4))))
    equation = f"b{kept}{summed},{summed}{made}->b{kept}{made}"
    arguments = {"equation": equation, "output_shape": tuple(sizes[letter] for letter in kept + made)}
    return "EinsumDense", arguments, (("B", *(sizes[letter] for letter in kept + summed)),)


FAMILIES = (convolution, transposed, depthwise, separable, dense, matmul, dot, einsum, einsum_dense)


def test_enough_layers_are_drawn():
    assert EACH * len(FAMILIES) >= 100


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(EACH))
def test_twice_the_macs_are_its_flops(seed, family):
    name, arguments, shapes = family(random.Random(seed))
    layer = REGISTRY[name](**arguments)
    output = layer.output_shape(*shapes)
    assert counted(layer, shapes, output) == 2 * layer.macs(shapes, output), (layer, shapes)


@pytest.mark.parametrize(
    ("product", "flops"), [("ij,j->i", 0), ("i,i->", 0), ("bi,bj->bij", 0), ("bk,kj->bj", 0), ("bi,bi->b", 2 * 2 * 3)]
)
def test_where_it_is_silent(product, flops):
    """One vector has no kernel that it knows; one for each image has."""
    from torch.utils.flop_counter import FlopCounterMode

    sizes = {"b": 2, "i": 3, "j": 3, "k": 1}
    one, other = (torch.zeros([sizes[letter] for letter in term]) for term in product.split("->")[0].split(","))
    with FlopCounterMode(display=False) as counter:
        if "b" in product:
            torch.einsum(product, one, other)
        else:
            one @ other
    assert counter.get_total_flops() == flops


def test_gradients_of_grouped_convolutions_are_counted_as_of_one_group():
    from torch.utils.flop_counter import FlopCounterMode

    x, layer = torch.zeros(1, 4, 8, 8, requires_grad=True), torch.nn.Conv2d(4, 4, 3, groups=4)
    forward = 2 * 6 * 6 * 9 * 4
    with FlopCounterMode(display=False) as counter:
        layer(x).sum().backward()
    assert counter.get_total_flops() == forward + forward + 4 * forward
