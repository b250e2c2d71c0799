"""Memory against real Keras on TensorFlow: optimizers' variables, what gradients read, peaks of real steps."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import keras
import pytest
import tensorflow as tf

from lamella import Model
from lamella.layers import (
    Activation,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    LayerNormalization,
    MaxPooling2D,
    MultiHeadAttention,
    ReLU,
    UpSampling2D,
)
from lamella.layers.activations import ACTIVATIONS
from lamella.planning.memory import DTYPES
from lamella.planning.optimizers import OPTIMIZERS

CLASSES: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
    "sgd": keras.optimizers.SGD,
    "momentum": lambda: keras.optimizers.SGD(momentum=0.9),
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "amsgrad": lambda: keras.optimizers.Adam(amsgrad=True),
    "adamax": keras.optimizers.Adamax,
    "nadam": keras.optimizers.Nadam,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "ftrl": keras.optimizers.Ftrl,
    "lion": keras.optimizers.Lion,
    "lamb": keras.optimizers.Lamb,
    "adafactor": keras.optimizers.Adafactor,
    "muon": keras.optimizers.Muon,
    "schedulefreeadamw": keras.optimizers.ScheduleFreeAdamW,
}
SCALARS = ("iteration", "learning_rate", "variable")
"""One number each whatever the network; "variable" with a number behind it is nadam's product."""


def with_every_shape() -> Model:
    """Weights of one to four axes, an embedding, and some that are not trained."""
    words, image = Input((6,), name="words"), Input((8, 8, 3), name="image")
    y = Flatten()(BatchNormalization()(Conv2D(5, 3)(image)))
    z = Flatten()(Embedding(11, 4)(words))
    return Model([words, image], Dense(2)(Dense(7, trainable=False)(Concatenate()([y, z]))))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_optimizers_have_as_many_bytes_as_keras_variables(optimizer: str, dtype: str) -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        built = with_every_shape().build()
    finally:
        keras.config.set_dtype_policy(before)
    made = CLASSES[optimizer]()
    made.build(built.trainable_variables)
    size = sum(tf.size(each.value).numpy() * each.value.dtype.size for each in made.variables if wanted(each))
    plan = with_every_shape().plan(optimizer=optimizer, dtype=dtype)
    assert plan.memory.optimizer_bytes == size
    assert plan.memory.parameters_bytes == sum(
        tf.size(each.value).numpy() * 4 for each in built.variables if not seed(each)
    )


def wanted(variable: keras.Variable) -> bool:
    return not variable.name.startswith(SCALARS)


def seed(variable: keras.Variable) -> bool:
    return "seed" in variable.path


def test_every_optimizer_of_keras_is_known() -> None:
    """Those whose other arguments only add to it, and the ones that hold another, aside."""
    known = {type(make()).__name__.lower() for make in CLASSES.values()}
    there = {name.lower() for name, each in vars(keras.optimizers).items() if isinstance(each, type)}
    assert there - known == {"optimizer", "lossscaleoptimizer", "multioptimizer", "optimizermap"} & there
    assert set(CLASSES) == set(OPTIMIZERS)


def read_by_the_gradient(name: str) -> tuple[bool, bool, int, int]:
    """Whether an activation's gradient reads input and output in TensorFlow's own graph; arrays and masks inside."""
    run = keras.activations.get(name)

    @tf.function
    def step(x: tf.Tensor, gradient: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x = tf.identity(2.0 * x, name="given")
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = run(x)
        return tf.identity(y, name="result"), tape.gradient(y, x, output_gradients=gradient)

    shape = tf.TensorSpec((16, 8))
    graph = step.get_concrete_function(shape, shape).graph
    result = graph.get_operation_by_name("result").inputs[0].name
    backward = [each for each in graph.get_operations() if each.name.startswith(("gradient_tape", "Identity"))]
    crossing = {
        each.name: each.dtype.size
        for operation in backward
        if operation.name.startswith("gradient_tape")
        for each in operation.inputs
        if not each.op.name.startswith("gradient_tape")
        and each.op.type not in ("Const", "Placeholder", "Shape")
        and each.shape.num_elements() == 16 * 8
    }
    reads_input, reads_output = crossing.pop("given:0", 0) > 0, crossing.pop(result, 0) > 0
    masks = sum(size == 1 for size in crossing.values())
    return reads_input, reads_output, len(crossing) - masks, masks


CUSTOM = {"silu", "swish"}
"""Their gradient is a function of its own that reads the input (tensorflow/python/ops/nn_impl.py, swish)."""


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in CUSTOM])
def test_activations_keep_what_tensorflows_gradients_read(name: str) -> None:
    needs = ACTIVATIONS[name]
    assert (needs.input, needs.output, needs.inner, needs.mask) == read_by_the_gradient(name)


def residual() -> Model:
    x = image = Input((64, 64, 3))
    x = Conv2D(32, 3, padding="same")(x)
    for _ in range(2):
        y = ReLU()(BatchNormalization()(Conv2D(32, 3, padding="same", use_bias=False)(x)))
        x = ReLU()(Add()([x, Conv2D(32, 3, padding="same")(y)]))
    return Model(image, x)


def autoencoder() -> Model:
    x = image = Input((64, 64, 3))
    for filters in (32, 24):
        x = MaxPooling2D()(Conv2D(filters, 3, padding="same", activation="relu")(x))
    for filters in (24, 32):
        x = Conv2D(filters, 3, padding="same", activation="tanh")(UpSampling2D()(x))
    return Model(image, Conv2D(3, 3, padding="same", activation="sigmoid")(x))


def attending() -> Model:
    x = image = Input((64, 128))
    for _ in range(2):
        y = LayerNormalization()(x)
        x = Add()([x, MultiHeadAttention(4, 32)(y, y)])
        x = Add()([x, Dense(128)(Dense(512, activation="gelu")(LayerNormalization()(x)))])
    return Model(image, Activation("linear")(x))


NETWORKS = {"residual": (residual, 32), "autoencoder": (autoencoder, 64), "attending": (attending, 64)}

MEASURE = """
import json, sys
import keras, numpy, tensorflow
from planning.test_memory_against_keras import NETWORKS
make, batch = NETWORKS[sys.argv[1]]
model = make().build()
info = tensorflow.config.experimental
x = numpy.zeros((batch, *model.input_shape[1:]), "float32")
y = numpy.zeros((batch, *model.output_shape[1:]), "float32")
def most(run, *given):
    peaks = []
    for _ in range(4):
        info.reset_memory_stats("CPU:0")
        run(*given)
        peaks.append(info.get_memory_info("CPU:0")["peak"])
    return max(peaks)
inference = most(model.predict_on_batch, x)
model.compile(optimizer="adam", loss="mse")
print(json.dumps([inference, most(model.train_on_batch, x, y)]))
"""


@pytest.mark.parametrize("name", NETWORKS)
def test_peaks_of_real_steps_in_fresh_processes(name: str) -> None:
    """Within a quarter: TensorFlow's threads race, so that the order of what comes and goes differs from run to run."""
    make, batch = NETWORKS[name]
    command = [sys.executable, "-c", MEASURE, name]
    path = {"PYTHONPATH": ":".join(each for each in sys.path if each), "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=path, check=True)
    inference, training = json.loads(done.stdout.splitlines()[-1])
    memory = make().plan(batch).memory
    assert training > 50 * 2**20
    assert memory.training_peak_bytes == pytest.approx(training, rel=0.25)
    assert memory.inference_peak_bytes == pytest.approx(inference, rel=0.25)


def test_dtypes_are_keras_policies() -> None:
    for name, (activation, weight) in DTYPES.items():
        policy = keras.DTypePolicy(name)
        assert tf.as_dtype(policy.compute_dtype).size == activation
        assert tf.as_dtype(policy.variable_dtype).size == weight
