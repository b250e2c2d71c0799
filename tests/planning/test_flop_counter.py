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
from planning.random_layers import WITH_PRODUCTS  # noqa: E402
from planning.torch_networks import Unit, torch_shape  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
EACH = 25


def counted(layer, shapes, output):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        made = Unit(layer, shapes, output).eval()(*(torch.zeros(1, *torch_shape(shape)) for shape in shapes))
    assert made.numel() == torch.Size(output[1:]).numel()
    return counter.get_total_flops()


def test_enough_layers_are_drawn():
    assert EACH * len(WITH_PRODUCTS) >= 100


@pytest.mark.parametrize("family", WITH_PRODUCTS)
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
