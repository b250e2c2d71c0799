"""A convolution with stride over 64 large pictures, flattened into a Dense layer: planned, not run.

Running it eagerly in TensorFlow takes 2.8 GB; the plan takes no more than the interpreter.
"""

from lamella import Model
from lamella.layers import Conv2D, Dense, Flatten, Input


def model() -> Model:
    pictures = Input(shape=(1920, 1080, 3), batch_size=64)
    edges = Conv2D(filters=16, kernel_size=(5, 5), strides=5, use_bias=False)(pictures)
    numbers = Flatten()(edges)
    return Model(pictures, Dense(1, use_bias=False)(numbers), name="convolution")


if __name__ == "__main__":
    model().summary()
