"""Linear layers enrich data: each pair of numbers becomes three, before they are condensed again."""

from lamella import Model, ops
from lamella.layers import Dense, Input


def model() -> Model:
    boxes = Input(shape=(4, 2), batch_size=64)
    enriched = Dense(3, use_bias=False)(boxes)
    rows = ops.squeeze(Dense(1, use_bias=False)(enriched), axis=-1)
    return Model(boxes, ops.squeeze(Dense(1, use_bias=False)(rows), axis=-1), name="enrich")


if __name__ == "__main__":
    model().summary()
