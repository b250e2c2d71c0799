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


CONV = "Conv2D: {{filters: {}, kernel_size: {}, padding: same, strides: {}}}"
PAIRS = {
    "computing: half the filters": (Way((32, 32, 64), CONV.format(64, 3, 1)), Way((32, 32, 64), CONV.format(32, 3, 1))),
    "computing: half the channels": (
        Way((32, 32, 64), CONV.format(64, 3, 1)),
        Way((32, 32, 32), CONV.format(64, 3, 1)),
    ),
    "computing: stride 2": (Way((32, 32, 64), CONV.format(64, 3, 1)), Way((32, 32, 64), CONV.format(64, 3, 2))),
    "computing: kernel 5 to 3": (Way((32, 32, 64), CONV.format(64, 5, 1)), Way((32, 32, 64), CONV.format(64, 3, 1))),
    "computing: larger batch": (
        Way((32, 32, 64), CONV.format(64, 3, 1)),
        Way((32, 32, 64), CONV.format(64, 3, 1), 128),
    ),
    "moving: half the size": (Way((128, 128, 16), "ReLU: {}"), Way((64, 64, 16), "ReLU: {}")),
    "moving: half the size, pooling": (Way((128, 128, 16), "MaxPooling2D: {}"), Way((64, 64, 16), "MaxPooling2D: {}")),
    "moving: half the size, conv": (Way((128, 128, 8), CONV.format(8, 1, 1)), Way((64, 64, 8), CONV.format(8, 1, 1))),
    "moving: half the channels": (Way((128, 128, 16), "ReLU: {}"), Way((128, 128, 8), "ReLU: {}")),
    "moving: larger batch": (Way((128, 128, 16), "ReLU: {}"), Way((128, 128, 16), "ReLU: {}", 128)),
    "overhead: larger batch": (Way((4, 4, 4), CONV.format(4, 3, 1), 8), Way((4, 4, 4), CONV.format(4, 3, 1), 64)),
    "overhead: larger batch, pooling": (Way((4, 4, 4), "MaxPooling2D: {}", 8), Way((4, 4, 4), "MaxPooling2D: {}", 64)),
    "few channels: 17 filters to 16": (
        Way((32, 32, 16), CONV.format(17, 3, 1)),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "few channels: 12 filters to 16": (
        Way((32, 32, 16), CONV.format(12, 3, 1)),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "few channels: 12 channels to 16": (
        Way((32, 32, 12), CONV.format(16, 3, 1)),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "few channels: 8 filters to 16": (
        Way((32, 32, 16), CONV.format(8, 3, 1)),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "few channels: 1 filter to 16": (Way((32, 32, 16), CONV.format(1, 3, 1)), Way((32, 32, 16), CONV.format(16, 3, 1))),
    "few channels: 4 channels to 16": (
        Way((32, 32, 4), CONV.format(16, 3, 1)),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "depthwise to convolution": (
        Way((32, 32, 16), "DepthwiseConv2D: {kernel_size: 3, padding: same}"),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "depthwise to convolution, 64": (
        Way((32, 32, 64), "DepthwiseConv2D: {kernel_size: 3, padding: same}"),
        Way((32, 32, 64), CONV.format(64, 3, 1)),
    ),
    "separable to convolution": (
        Way((32, 32, 32), "SeparableConv2D: {filters: 32, kernel_size: 3, padding: same}"),
        Way((32, 32, 32), CONV.format(32, 3, 1)),
    ),
    "transposed without strides to convolution": (
        Way((32, 32, 16), "Conv2DTranspose: {filters: 16, kernel_size: 3, padding: same}"),
        Way((32, 32, 16), CONV.format(16, 3, 1)),
    ),
    "transposed without strides, 64": (
        Way((32, 32, 64), "Conv2DTranspose: {filters: 64, kernel_size: 3, padding: same}"),
        Way((32, 32, 64), CONV.format(64, 3, 1)),
    ),
    "bilinear to nearest": (
        Way((32, 32, 16), "UpSampling2D: {interpolation: bilinear}"),
        Way((32, 32, 16), "UpSampling2D: {}"),
    ),
    "average to max pooling": (Way((64, 64, 16), "AveragePooling2D: {}"), Way((64, 64, 16), "MaxPooling2D: {}")),
    "tanh to relu": (Way((64, 64, 16), "Activation: {activation: tanh}"), Way((64, 64, 16), "ReLU: {}")),
    "elu to relu": (Way((64, 64, 16), "ELU: {}"), Way((64, 64, 16), "ReLU: {}")),
    "batch norm": (Way((64, 64, 16), "BatchNormalization: {}"), Way((64, 64, 16), "ReLU: {}")),
}
ENGINE: Engine = "tensorflow"


def milliseconds(way: Way, seconds: float, *, learning: bool) -> float:
    """Of the layer, for one image."""
    known = plan(
        yaml_file.read(f"input: {[*way.shape]}\nlayers:\n- Dropout: {{rate: 0}}\n- {way.layer}".encode(), "pair")
    )
    how = Running(calibrated(), way.batch, learning, ENGINE)
    names = {row.node.name: (row.node.name,) for row in known.rows}
    layer = layer_times(known, names, how, restoring_lanes(known, way.batch), seconds)[-1]
    return 1000 * layer.measured_s / way.batch


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    use_whole_process()
    print(f"{'':45}{'training':>25}{'restoring':>25}")
    for name, pair in PAIRS.items():
        line = f"{name:45}"
        for learning in (True, False):
            before, after = (milliseconds(way, seconds, learning=learning) for way in pair)
            line += f"{before:9.4f}{after:9.4f}{after / before:6.2f}x"
        print(line, flush=True)


if __name__ == "__main__":
    main()
