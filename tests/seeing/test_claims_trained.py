"""The claims that training shows, and depth, whose gradients are Keras'."""

from __future__ import annotations

import numpy as np
import pytest

from lamella.seeing.dense_stack import CLASSES, UNITS, WAYS, glorot, kernel_gradients, trained
from lamella.seeing.depth import TIMES, gradients
from lamella.seeing.learned_edges import alike, filters
from lamella.seeing.locality import curves, shuffled
from lamella.seeing.overfitting import gaps
from lamella.seeing.small_training import digits
from lamella.seeing.starting_weights import SOBEL


def keras_stack(keras, way, stack):
    """The same stack of layers in Keras, with its kernels, and its Dense layers in order."""
    given = y = keras.Input((UNITS,))
    for _ in stack.kernels:
        inner = keras.layers.Dense(UNITS, use_bias=False)(y)
        inner = keras.layers.BatchNormalization(scale=False, center=False)(inner) if way == "normalised" else inner
        inner = keras.layers.Activation("sigmoid")(inner)
        y = keras.layers.Add()([inner, y]) if way == "skips" else inner
    model = keras.Model(given, keras.layers.Dense(CLASSES, use_bias=False)(y))
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for layer, kernel in zip(dense, [*stack.kernels, stack.readout], strict=True):
        layer.kernel.assign(kernel)
    return model, dense


@pytest.mark.parametrize("way", WAYS)
def test_gradients_loss_and_training_are_those_of_keras(way):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    random = np.random.default_rng(7)
    stack = glorot(random, 4)
    x, labels = random.normal(size=(16, UNITS)), random.integers(CLASSES, size=16)
    model, dense = keras_stack(keras, way, stack)
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = measure(labels, model(x.astype(np.float32), training=True))
    theirs = tape.gradient(loss, [layer.kernel.value for layer in dense])
    found, mine = kernel_gradients(way, stack, x, labels)
    assert mine == pytest.approx(float(loss), rel=1e-5)
    for ours, other in zip([*found.kernels, found.readout], theirs, strict=True):
        np.testing.assert_allclose(ours, other, rtol=2e-3, atol=2e-4 * np.abs(ours).max())

    order = np.stack([random.permutation(16)[:8] for _ in range(5)])
    after = trained(way, stack, x, labels, order, 0.01)
    model.compile(keras.optimizers.Adam(0.01), measure)
    for batch in order:
        model.train_on_batch(x[batch].astype(np.float32), labels[batch])
    for ours, layer in zip([*after.kernels, after.readout], dense, strict=True):
        np.testing.assert_allclose(ours, layer.kernel.numpy(), atol=5e-3)
    moved = np.abs(after.readout - stack.readout).max()
    np.testing.assert_allclose(after.readout, dense[-1].kernel.numpy(), atol=moved / 50)


def test_depth_multiplies_the_cost_and_shrinks_gradients_unless_something_is_done():
    found = gradients(depth=12, draws=1, seed=3, steps=100)
    assert found.macs == (UNITS * UNITS, 12 * UNITS * UNITS)
    first = {key: norms[0] for key, norms in found.norms.items()}
    for time in TIMES:
        assert first["plain", time] < 1e-4
        assert min(first["normalised", time], first["skips", time]) > 0.1
    assert all(norms[-1] == 1 for norms in found.norms.values())
    plain = found.norms["plain", "start"]
    assert plain == sorted(plain)
    assert found.losses["plain", "trained"] > np.log(CLASSES) - 0.05
    assert max(found.losses["normalised", "trained"], found.losses["skips", "trained"]) < 1.5


def test_a_sobel_kernel_is_alike_to_itself_whatever_its_sign_and_a_flat_one_is_not():
    itself = alike(np.concatenate([SOBEL, -3 * SOBEL]))
    np.testing.assert_allclose(itself.cosines, 1, atol=1e-6)
    np.testing.assert_allclose(itself.constant, 0, atol=1e-12)
    flat = alike(np.ones((1, 3, 3), np.float32))
    assert flat.constant[0] == pytest.approx(1)
    moved = np.zeros((1, 3, 3), np.float32)
    moved[0, :2] = SOBEL[0, 1:]
    assert alike(moved).cosines[0] == pytest.approx(1)


def test_learned_filters_are_more_alike_to_edge_detectors_than_chance():
    pytest.importorskip("keras")
    found, accuracy = filters(images=2000, epochs=6, seed=0)
    assert accuracy > 0.8
    assert found["learned"].cosines.mean() > found["random"].cosines.mean() + 0.05
    assert abs(found["before"].cosines.mean() - found["random"].cosines.mean()) < 0.08


def test_a_shuffle_is_one_order_for_all_images():
    data = digits(20, 10)
    found = shuffled(data, 3)
    np.testing.assert_array_equal(np.sort(found.train.reshape(20, -1)), np.sort(data.train.reshape(20, -1)))
    both = np.concatenate([data.train.reshape(20, -1), data.test.reshape(10, -1)])
    order = np.random.default_rng(3).permutation(both.shape[1])
    np.testing.assert_array_equal(found.test.reshape(10, -1), both[20:, order])


def test_a_convolution_needs_neighbours_and_a_dense_net_does_not():
    pytest.importorskip("keras")
    last = {key: each.held_out[-1] for key, each in curves(images=2000, epochs=4, seed=0).items()}
    assert abs(last["dense", "shuffled"] - last["dense", "in order"]) < 0.1
    assert last["convolution", "shuffled"] > 1.5 * last["convolution", "in order"]
    assert last["convolution", "in order"] < last["dense", "in order"]


def test_the_gap_grows_with_the_parameters():
    pytest.importorskip("keras")
    small, large = gaps(images=200, epochs=60, seed=0, widths=(1, 64))
    assert small.params < large.params
    assert large.gap > small.gap + 0.2
    assert large.training < 0.1 < large.held_out
    assert large.accuracy > small.accuracy
