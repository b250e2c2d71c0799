from __future__ import annotations


def keras_weights(layer):
    return sorted((w.name, tuple(w.shape), bool(w.trainable)) for w in layer.weights)
