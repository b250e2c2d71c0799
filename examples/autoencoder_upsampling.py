"""Digits restored from a code of 64 numbers, the picture enlarged by repeating pixels (UpSampling2D)."""

from lamella import Model, train
from lamella.layers import Conv2D, Input, MaxPooling2D, UpSampling2D


def model() -> Model:
    digit = Input(shape=(28, 28, 1))
    x = Conv2D(16, (3, 3), activation="relu", padding="same")(digit)
    x = MaxPooling2D((2, 2), padding="same")(x)
    x = Conv2D(8, (3, 3), activation="relu", padding="same")(x)
    x = MaxPooling2D((2, 2), padding="same")(x)
    x = Conv2D(4, (3, 3), activation="relu", padding="same")(x)
    code = MaxPooling2D((2, 2), padding="same", name="code")(x)

    x = Conv2D(4, (3, 3), activation="relu", padding="same")(code)
    x = UpSampling2D((2, 2))(x)
    x = Conv2D(8, (3, 3), activation="relu", padding="same")(x)
    x = UpSampling2D((2, 2))(x)
    x = Conv2D(16, (3, 3), activation="relu", name="brings_28_back")(x)  # without padding: 16 becomes 14
    x = UpSampling2D((2, 2))(x)
    restored = Conv2D(1, (3, 3), activation="sigmoid", padding="same", name="restored")(x)
    return Model(digit, restored, name="upsampling autoencoder")


if __name__ == "__main__":
    model().summary(batch=64)
    run = train(model(), data="digits")
    print(f"{run.folder}: held-out BCE {run.quality.network.bce:.4f}")
