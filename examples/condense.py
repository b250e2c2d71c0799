"""Linear layers condense data: 64 boxes of 4x2 numbers become one number each."""

from lamella import Model, ops
from lamella.layers import Dense, Input


def model() -> Model:
    boxes = Input(shape=(4, 2), batch_size=64)
    rows = ops.squeeze(Dense(1, use_bias=False)(boxes), axis=-1)
    return Model(boxes, [rows, ops.squeeze(Dense(1, use_bias=False)(rows), axis=-1)], name="condense")


if __name__ == "__main__":
    model().summary()
