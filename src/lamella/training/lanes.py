"""A step's images learned from in lanes: parts of the batch, each on a processor of its own.

One processor then works on its part from the first layer to the last and back, instead of all processors sharing
every single operation, waiting for one another after each. Where images are large it takes its part in pieces, one
after the other, so that what a layer gives still lies in the cache when the next one reads it. The gradient of the
batch is the sum of the pieces', as the loss is a sum over images.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from lamella.building.engines import load, load_keras, processors
from lamella.layers.activating import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from lamella.layers.augmentation import Augmentation
from lamella.layers.core import Dense, Identity, InputLayer
from lamella.layers.merging import Merging
from lamella.layers.normalization import GroupNormalization, LayerNormalization, RMSNormalization, UnitNormalization
from lamella.layers.recurrent import Recurrent
from lamella.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from lamella.layers.spatial import Spatial
from lamella.planning.plan import Plan, Row
from lamella.planning.roofline import numbers
from lamella.texts.languages import phrase

MOST_PROCESSORS = 8
"""With more of them single operations are shared again: a lane each would make the graph too large."""
LANES_OF_ONE = 1
"""Lanes for each processor; two or three were no faster, and their graph is larger."""
PIECE_BYTES: Final = 4 << 20
"""A piece has so many bytes in the largest output of a layer, about: of smaller ones the many calls cost more."""
MOST_PIECES: Final = 8
"""More pieces make the graph too large: the first epoch begins later."""
_BYTES: Final = {"float32": 4, "bf16": 2}
_ALONE = (
    *(InputLayer, Dense, Identity, Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax, Spatial, Merging),
    *(Flatten, Reshape, Permute, RepeatVector),
    *(LayerNormalization, GroupNormalization, RMSNormalization, UnitNormalization),
)
"""Layers that treat every image by itself and draw nothing at random, but for those of `_NOT_ALONE`."""
_NOT_ALONE = (Augmentation, Recurrent)


class Cut(NamedTuple):
    """How a batch is cut: into a part for each lane, and that into pieces that follow one another."""

    lanes: int = 1
    pieces: int = 1


WHOLE: Final = Cut()


def use_whole_process(plan: Plan) -> bool:
    """Lets TensorFlow run every operation on one processor, several operations at once, in all of this process.

    Not for a design whose images must stay together: its operations would have one processor each, and wait for one
    another. False there, where TensorFlow already runs otherwise, and where it is not what Keras uses.
    """
    if not _parted(plan) or load_keras().backend.backend() != "tensorflow":
        return False
    tensorflow = load("tensorflow", phrase("training", "학습"), "train")
    threading = tensorflow.config.threading
    if _ready(threading):
        return True
    try:
        threading.set_intra_op_parallelism_threads(1)
        threading.set_inter_op_parallelism_threads(processors())
    except RuntimeError:  # it runs already
        return False
    return True


def _ready(threading: Any) -> bool:
    return bool(threading.get_intra_op_parallelism_threads() == 1)


def cut_for(plan: Plan, batch: int, precision: str = "float32") -> Cut:
    """How a batch of a design is cut; not at all where its images must stay together or operations are shared."""
    if not _parted(plan) or not _ready(load("tensorflow", phrase("training", "학습"), "train").config.threading):
        return WHOLE
    lanes = max(min(LANES_OF_ONE * processors(), batch), 1)
    images = -(-batch // lanes)
    largest = max((numbers(row.output_shape, images) for row in plan.rows if row.output_shape is not None), default=0)
    pieces = largest * _BYTES[precision] // PIECE_BYTES
    return Cut(lanes, max(1, min(pieces, MOST_PIECES, images)))


def _parted(plan: Plan) -> bool:
    return processors() <= MOST_PROCESSORS and all(map(by_image, plan.rows))


def restoring_lanes(plan: Plan, batch: int) -> int:
    """The same for restoring, where every layer treats images by themselves but those that take a fixed batch whole."""
    if not _ready(load("tensorflow", phrase("restoring", "복원"), "train").config.threading):
        return 1
    if processors() > MOST_PROCESSORS or any(row.whole for row in plan.rows):
        return 1
    return max(min(LANES_OF_ONE * processors(), batch), 1)


def by_image(row: Row) -> bool:
    """Whether a layer treats every image by itself, draws nothing at random and adds nothing to the loss."""
    layer = row.layer
    if not isinstance(layer, _ALONE) or isinstance(layer, _NOT_ALONE) or row.whole:
        return False
    return not any(value is not None for name, value in row.node.arguments.items() if name.endswith("_regularizer"))
