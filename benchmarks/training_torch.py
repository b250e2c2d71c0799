"""The networks of benchmarks/training.py in PyTorch, with the padding that Keras' layers have."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class PaddedPool(nn.Module):
    """Max pooling 2x2 with "same": an odd size gets a row of nothing at its end."""

    def forward(self, images: Tensor) -> Tensor:
        return functional.max_pool2d(images, 2, ceil_mode=True)


def convolution(inputs: int, filters: int, padding: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, filters, 3, padding=padding), nn.ReLU()]


def transposed(inputs: int, filters: int, padding: int = 1) -> list[nn.Module]:
    """With stride 1, as the note has it."""
    return [nn.ConvTranspose2d(inputs, filters, 3, padding=padding), nn.ReLU()]


def doubled(inputs: int, filters: int) -> list[nn.Module]:
    """Keras' "same" with stride 2: the size doubled."""
    return [nn.ConvTranspose2d(inputs, filters, 3, 2, padding=1, output_padding=1), nn.ReLU()]


def network_of(name: str) -> nn.Module:
    grow = nn.Upsample(scale_factor=2, mode="nearest")
    layers: list[nn.Module]
    if name == "upsampling":
        layers = [
            *convolution(1, 16),
            PaddedPool(),
            *convolution(16, 8),
            PaddedPool(),
            *convolution(8, 4),
            PaddedPool(),
        ]
        layers += [*convolution(4, 4), grow, *convolution(4, 8), grow, *convolution(8, 16, 0), grow]
        layers += [nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid()]
    elif name == "transposed":
        layers = [
            *convolution(1, 16, 0),
            nn.MaxPool2d(2),
            *convolution(16, 8, 0),
            nn.MaxPool2d(2),
            *convolution(8, 4, 0),
        ]
        layers += [*transposed(4, 4), grow, *transposed(4, 8), grow, *transposed(8, 16, 0), grow]
        layers += [nn.ConvTranspose2d(16, 1, 3, padding=1), nn.Sigmoid()]
    else:
        layers = [*convolution(3, 32), nn.MaxPool2d(2), *convolution(32, 64), nn.MaxPool2d(2)]
        layers += [*convolution(64, 128), nn.MaxPool2d(2), *doubled(128, 128), *doubled(128, 64), *doubled(64, 32)]
        layers += [nn.Conv2d(32, 3, 3, padding=1), nn.Sigmoid()]
    return nn.Sequential(*layers)
