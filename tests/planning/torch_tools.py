"""The tools that count PyTorch networks, each as a function of a module and its inputs."""

from __future__ import annotations

import contextlib
import io
import warnings

import pytest
import torch

from planning.torch_networks import torch_shape


def need(name):
    """A tool, imported without its warnings; the test is skipped where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"{name} is an oracle, not a dependency", exc_type=ImportError)


def by_fvcore(module, inputs):
    counted = need("fvcore.nn").FlopCountAnalysis(module, inputs)
    counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return counted.total()


def by_ptflops(module, inputs):
    named = {f"input_{place}": each for place, each in enumerate(inputs)}
    with contextlib.redirect_stdout(io.StringIO()):
        return need("ptflops").get_model_complexity_info(
            module, (1,), False, False, input_constructor=lambda _: named, backend="pytorch"
        )[0]


def by_thop(module, inputs):
    return need("thop").profile(module, inputs, verbose=False)[0]


def by_flopcounter(module, inputs):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        module(*inputs)
    return counter.get_total_flops()


def by_torchvision(module, inputs):
    """Its own counter (test/common_extended_utils.py) is FlopCounterMode without the factor of 2.

    What it publishes for ViT-B/16, 17.564, holds all of the attention: FlopCounterMode sees that as matrix products.
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel

    with sdpa_kernel(SDPBackend.MATH):
        return by_flopcounter(module, inputs) // 2


TOOLS = {
    "torchvision": by_torchvision,
    "fvcore": by_fvcore,
    "ptflops": by_ptflops,
    "thop": by_thop,
    "flopcounter": by_flopcounter,
}


def zeros(shapes):
    return tuple(torch.zeros(1, *torch_shape(shape)) for shape in shapes)
