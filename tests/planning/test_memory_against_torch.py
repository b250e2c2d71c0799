"""Memory against real PyTorch: the profiler's memory events of a training step, and what autograd saves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from lamella import Model  # noqa: E402
from lamella.layers import (  # noqa: E402
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
)
from lamella.layers.activations import needs_in  # noqa: E402

nn, F = torch.nn, torch.nn.functional
Made = tuple[Model, torch.nn.Module, tuple[int, ...]]


def convolutions() -> Made:
    """Batch normalization, pooling, and a convolution whose border is uneven."""
    x = image = Input((64, 64, 3))
    for filters in (32, 48):
        x = ReLU()(BatchNormalization()(Conv2D(filters, 3, padding="same", use_bias=False)(x)))
        x = MaxPooling2D()(x)
    x = Conv2D(64, 3, 2, "same", activation="tanh")(x)
    design = Model(image, Dense(10)(Flatten()(x)))
    blocks = []
    for before, filters in ((3, 32), (32, 48)):
        blocks += [nn.Conv2d(before, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]
        blocks += [nn.MaxPool2d(2)]
    blocks += [nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(48, 64, 3, 2), nn.Tanh(), nn.Flatten(), nn.Linear(4096, 10)]
    return design, nn.Sequential(*blocks), (32, 3, 64, 64)


def transposed() -> Made:
    x = image = Input((32, 32, 16))
    x = Conv2DTranspose(16, 2, 2, activation="relu")(Conv2D(32, 3, padding="same", activation="relu")(x))
    design = Model(image, Conv2D(3, 3, padding="same", activation="sigmoid")(x))
    network = nn.Sequential(
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.ConvTranspose2d(32, 16, 2, 2), nn.ReLU()),
        *(nn.Conv2d(16, 3, 3, padding=1), nn.Sigmoid()),
    )
    return design, network, (64, 16, 32, 32)


def dense() -> Made:
    x = image = Input((784,))
    for _ in range(2):
        x = Dropout(0.2)(Dense(1024, activation="gelu")(x))
    design = Model(image, Dense(10)(x))
    layers = [nn.Linear(784, 1024), nn.GELU(), nn.Dropout(0.2), nn.Linear(1024, 1024), nn.GELU(), nn.Dropout(0.2)]
    return design, nn.Sequential(*layers, nn.Linear(1024, 10)), (2048, 784)


def peaks(make: Callable[[], Made]) -> tuple[int, int]:
    """Bytes at the most in a training step, and at inference; network and optimizer included."""
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True) as profile:
        _, network, shape = make()
        optimizer, images = torch.optim.Adam(network.parameters()), torch.rand(shape)
        wanted = torch.rand_like(network(images).detach())
        for _ in range(2):
            with torch.profiler.record_function("training"):
                optimizer.zero_grad()
                torch.nn.functional.mse_loss(network(images), wanted).backward()
                optimizer.step()
        optimizer.zero_grad()
        optimizer.state.clear()
        del wanted
        with torch.profiler.record_function("inference"), torch.no_grad():
            network(images)
    events = profile.profiler.kineto_results.events()
    changes = sorted((each.start_ns(), each.nbytes()) for each in events if each.name() == "[memory]")

    def most(name: str) -> int:
        span = [each for each in events if each.name() == name][-1]
        alive = largest = 0
        for at, size in changes:
            alive += size
            if span.start_ns() <= at <= span.end_ns():
                largest = max(largest, alive)
        return largest

    return most("training"), most("inference")


@pytest.mark.parametrize("make", [convolutions, transposed, dense])
def test_peaks_of_real_steps(make: Callable[[], Made]) -> None:
    design, _, shape = make()
    memory = design.plan(batch=shape[0], engine="torch").memory
    training, inference = peaks(make)
    assert memory.training_peak_bytes == pytest.approx(training, rel=0.05)
    assert memory.inference_peak_bytes == pytest.approx(inference, rel=0.05)


FUNCTIONS = {
    "relu6": F.relu6,
    "log_softmax": lambda x: F.log_softmax(x, -1),
    "softmax": lambda x: F.softmax(x, -1),
    "exponential": torch.exp,
    "log_sigmoid": F.logsigmoid,
    "hard_silu": F.hardswish,
    "hard_swish": F.hardswish,
    "hard_sigmoid": F.hardsigmoid,
    "hard_tanh": F.hardtanh,
    "hard_shrink": F.hardshrink,
    "soft_shrink": F.softshrink,
    "swish": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    **{name: getattr(F, name) for name in ("relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus")},
    "leaky_relu": F.leaky_relu,
}
"""PyTorch's own for Keras' names; of the others it has none."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activations_save_what_autograd_saves(name: str) -> None:
    saved = []
    with torch.autograd.graph.saved_tensors_hooks(lambda each: saved.append(each) or each, lambda each: each):
        x = torch.rand(6, 8, requires_grad=True) + 0.0
        y = FUNCTIONS[name](x)
    kept = {each.data_ptr() for each in saved if each.numel() == 48}
    outside = {x.data_ptr(), y.data_ptr()}
    needs = needs_in("torch", name)
    assert kept & outside == {each.data_ptr() for each, read in ((x, needs.input), (y, needs.output)) if read}
    assert len(kept - outside) == needs.inner
