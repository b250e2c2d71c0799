"""Runs a design in Keras and, as the ONNX that lamella writes, in ONNX Runtime, and compares what both give."""

from __future__ import annotations

import keras
import numpy as np
import onnx
import onnxruntime

from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import take_weights, variables_of
from lamella.building.onnx_model import onnx_model

SESSION = onnxruntime.SessionOptions()
SESSION.log_severity_level = 3  # a refusal reaches the test as an error
SESSION.intra_op_num_threads = 1


def filled(design, random):
    """The design's Keras model with numbers everywhere: biases and statistics too."""
    model = keras_model(design)
    for name, variable in variables_of(model, design).items():
        numbers = random.normal(0, max(np.prod(variable.shape[:-1]), 4) ** -0.5, variable.shape)
        variable.assign(np.abs(numbers) + 0.3 if "variance" in name else numbers)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            layer.finalize_state()  # Keras takes what it measured only then
    return model


class Both:
    """A design's model in Keras and in ONNX Runtime, with the same random weights."""

    def __init__(self, design, random):
        self.design, self.random = design, random
        self.model = filled(design, random)
        self.data = onnx_model(design, take_weights(self.model, design))
        self.proto = onnx.load_from_string(self.data)
        onnx.checker.check_model(self.proto, full_check=True)
        self.session = onnxruntime.InferenceSession(self.data, SESSION, providers=["CPUExecutionProvider"])

    @property
    def operators(self):
        return [node.op_type for node in self.proto.graph.node]

    def images(self, shapes, count=11):
        """So many images that their number is hardly another size: Keras on TensorFlow mistakes then one for the other.

        Source: keras/src/backend/tensorflow/numpy.py, add, which takes (n, 1) for a bias of n channels.
        """
        return [self.random.uniform(-1.5, 1.5, (count, *shape)).astype("float32") for shape in shapes]

    def by_keras(self, images):
        given = [keras.ops.convert_to_tensor(each) for each in images]
        made = self.model(given[0] if len(given) == 1 else given, training=False)
        found = [made[name] for name in self.design.outputs] if isinstance(made, dict) else keras.tree.flatten(made)
        return [np.asarray(keras.ops.convert_to_numpy(each), "float32") for each in found]

    def by_onnx(self, images):
        named = dict(zip([node.name for node in self.design.inputs], images, strict=True))
        return self.session.run(None, named)

    def compare(self, images, relative=1e-5):
        """Fails unless both give the same shapes and, within `relative` of the largest, the same numbers."""
        theirs, ours = self.by_keras(images), self.by_onnx(images)
        assert len(theirs) == len(ours) == len(self.design.outputs)
        for expected, received in zip(theirs, ours):
            assert received.dtype == np.float32
            assert received.shape == expected.shape
            finite = np.abs(expected[np.isfinite(expected)])
            room = relative * max(1, finite.max(initial=0))
            np.testing.assert_allclose(received, expected, rtol=relative, atol=room)
