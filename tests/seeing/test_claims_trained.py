"""The claims that training shows, and depth, whose gradients are Keras'."""

from __future__ import annotations

import numpy as np
import pytest

from lamella.seeing.depth import UNITS, WAYS, glorot, gradients, kernel_gradients
from lamella.seeing.learned_edges import alike, filters
from lamella.seeing.locality import curves, shuffled
from lamella.seeing.overfitting import gaps
from lamella.seeing.small_training import digits
from lamella.seeing.starting_weights import SOBEL


@pytest.mark.parametrize("way", WAYS)
def test_the_gradients_are_those_of_keras(way):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    random = np.random.default_rng(7)
    kernels = glorot(random, 4)
    x, above = random.normal(size=(2, 16, UNITS))
    given = y = keras.Input((UNITS,))
    for _ in kernels:
        inner = keras.layers.Dense(UNITS, use_bias=False)(y)
        inner = keras.layers.BatchNormalization()(inner) if way == "normalised" else inner
        inner = keras.layers.Activation("sigmoid")(inner)
        y = keras.layers.Add()([inner, y]) if way == "skips" else inner
    model = keras.Model(given, y)
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for layer, kernel in zip(dense, kernels, strict=True):
        layer.kernel.assign(kernel)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(model(x.astype(np.float32), training=True) * above.astype(np.float32))
    found = tape.gradient(total, [layer.kernel.value for layer in dense])
    for mine, theirs in zip(kernel_gradients(way, kernels, x, above), found, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-3, atol=2e-4 * np.abs(mine).max())


def test_depth_multiplies_the_cost_and_shrinks_gradients_unless_something_is_done():
    found = gradients(depth=12, images=32, draws=2, seed=3)
    assert found.macs == (UNITS * UNITS, 12 * UNITS * UNITS)
    first = {way: norms[0] for way, norms in found.norms.items()}
    assert first["plain"] < 1e-4
    assert min(first["normalised"], first["skips"]) > 0.1
    assert all(norms[-1] == 1 for norms in found.norms.values())
    plain = found.norms["plain"]
    assert plain == sorted(plain)


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
