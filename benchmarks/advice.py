"""Tries every sort of advice that `lamella bench` gives: the layer before and after, milliseconds for each image.

    python benchmarks/advice.py [SECONDS]

Each pair is one layer behind one that only makes its input, so that gradients go back through it too. What helps must
be faster in training and in restoring; what is said not to help must be within a tenth or so.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from lamella.layers.base import Engine
from lamella.planning.planner import plan
from lamella.planning.roofline import Running
from lamella.sources import yaml_file
from lamella.training.calibration import calibrated
from lamella.training.lanes import restoring_lanes, use_whole_process
from lamella.training.layer_times import layer_times


class Way(NamedTuple):
    """A layer on an input, in batches."""

    shape: tuple[int, int, int]
    layer: str
    batch: int = 32


def conv(filters: int, size: int, strides: int = 1, activation: str = "linear") -> str:
    """A padded convolution."""
    form = f"filters: {filters}, kernel_size: {size}, padding: same, strides: {strides}, activation: {activation}"
    return f"Conv2D: {{{form}}}"


def alone(activation: str) -> str:
    return f"Activation: {{activation: {activation}}}"


def filters(before: int, after: int, channels: int = 32) -> tuple[Way, Way]:
    return Way((32, 32, channels), conv(before, 3)), Way((32, 32, channels), conv(after, 3))


BEFORE = Way((32, 32, 64), conv(64, 3))
TINY = Way((4, 4, 4), conv(4, 3), 8)
LARGE, POOLED = (128, 128, 16), (64, 64, 16)
DEARER = ("tanh", "elu", "gelu", "swish", "softplus", "sigmoid")
PAIRS = {
    "computing: half the filters": (BEFORE, Way((32, 32, 64), conv(32, 3))),
    "computing: half the channels": (BEFORE, Way((32, 32, 32), conv(64, 3))),
    "computing: stride 2": (BEFORE, Way((32, 32, 64), conv(64, 3, 2))),
    "computing: half the size": (BEFORE, Way((16, 16, 64), conv(64, 3))),
    "computing: half the units": (Way((16, 16, 256), "Dense: {units: 256}"), Way((16, 16, 256), "Dense: {units: 128}")),
    "computing: larger batch, no help": (BEFORE, BEFORE._replace(batch=128)),
    "moving: half the size": (Way(LARGE, "ReLU: {}"), Way(POOLED, "ReLU: {}")),
    "moving: half the size, pooling": (Way(LARGE, "MaxPooling2D: {}"), Way(POOLED, "MaxPooling2D: {}")),
    "moving: half the size, convolution": (Way((128, 128, 8), conv(8, 1)), Way((64, 64, 8), conv(8, 1))),
    "moving: half the channels": (Way(LARGE, "ReLU: {}"), Way((128, 128, 8), "ReLU: {}")),
    "moving: larger batch, no help": (Way(LARGE, "ReLU: {}"), Way(LARGE, "ReLU: {}", 128)),
    "overhead: larger batch": (TINY, TINY._replace(batch=64)),
    "overhead: larger batch, pooling": (Way((4, 4, 4), "ReLU: {}", 8), Way((4, 4, 4), "ReLU: {}", 64)),
    **{f"filters {one} to {two}": filters(one, two) for one, two in ((17, 16), (20, 16), (24, 16), (33, 32), (40, 32))},
    **{f"filters {one} to {two}, no dearer": filters(one, two) for one, two in ((9, 16), (12, 16), (28, 32), (44, 48))},
    **{f"filters {one} to 16, {16 // one} times the work": filters(one, 16, 16) for one in (1, 2, 4)},
    **{f"{name} to relu": (Way(POOLED, alone(name)), Way(POOLED, alone("relu"))) for name in DEARER},
    **{
        f"{name} to relu, in a convolution": (Way(POOLED, conv(16, 3, 1, name)), Way(POOLED, conv(16, 3, 1, "relu")))
        for name in ("gelu", "softplus")
    },
}
ENGINE: Engine = "tensorflow"


def milliseconds(way: Way, seconds: float, *, learning: bool) -> float:
    """Of the layer, for one image."""
    text = f"input: {[*way.shape]}\nlayers:\n- Dropout: {{rate: 0}}\n- {way.layer}"
    known = plan(yaml_file.read(text.encode(), "pair"))
    assert not known.errors, known.errors[0].text()
    how = Running(calibrated(), way.batch, learning, ENGINE)
    names = {row.node.name: (row.node.name,) for row in known.rows}
    layer = layer_times(known, names, how, restoring_lanes(known, way.batch), seconds)[-1]
    return 1000 * layer.measured_s / way.batch


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    use_whole_process(plan(yaml_file.read(b"input: [4]\nlayers: [ReLU: {}]", "any")))
    print(f"{'':45}{'training':>25}{'restoring':>25}")
    for name, pair in PAIRS.items():
        line = f"{name:45}"
        for learning in (True, False):
            before, after = (milliseconds(way, seconds, learning=learning) for way in pair)
            line += f"{before:9.4f}{after:9.4f}{after / before:6.2f}x"
        print(line, flush=True)


if __name__ == "__main__":
    main()
