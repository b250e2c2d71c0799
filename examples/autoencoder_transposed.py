"""Digits restored with transposed convolutions (Conv2DTranspose), from an encoder without padding."""

from lamella import Model, train
from lamella.layers import Conv2D, Conv2DTranspose, Input, MaxPooling2D, UpSampling2D


def model() -> Model:
    digit = Input(shape=(28, 28, 1))
    x = Conv2D(16, (3, 3), activation="relu")(digit)
    x = MaxPooling2D((2, 2))(x)
    x = Conv2D(8, (3, 3), activation="relu")(x)
    x = MaxPooling2D((2, 2))(x)
    code = Conv2D(4, (3, 3), activation="relu", name="code")(x)

    x = Conv2DTranspose(4, (3, 3), activation="relu", padding="same")(code)
    x = UpSampling2D((2, 2))(x)
    x = Conv2DTranspose(8, (3, 3), activation="relu", padding="same")(x)
    x = UpSampling2D((2, 2))(x)
    x = Conv2DTranspose(16, (3, 3), activation="relu")(x)  # without padding: 12 becomes 14
    x = UpSampling2D((2, 2))(x)
    restored = Conv2DTranspose(1, (3, 3), activation="sigmoid", padding="same", name="restored")(x)
    return Model(digit, restored, name="transposed autoencoder")


if __name__ == "__main__":
    model().summary(batch=64)
    run = train(model(), data="digits")
    print(f"{run.folder}: held-out BCE {run.quality.network.bce:.4f}")
