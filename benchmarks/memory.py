"""Memory as planned beside the measured peak of real steps, each in a fresh process: the table of docs/memory.md.

python benchmarks/memory.py [--engine tensorflow|torch|jax] [--dtype DTYPE] [--optimizer NAME] [NETWORK ...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parent)]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

STEPS = 4


def tensorflow(name: str, batch: int, dtype: str, optimizer: str) -> dict[str, int]:
    """The most that TensorFlow's pool gave out during a step; the largest of several, since its threads race."""
    import keras
    import numpy
    import tensorflow
    from memory_networks import NETWORKS

    config = tensorflow.config.experimental
    before = resident()
    keras.config.set_dtype_policy(dtype)
    model = NETWORKS[name][0]().build()
    x = numpy.zeros((batch, *model.input_shape[1:]), "float32")
    y = numpy.zeros((batch, *model.output_shape[1:]), "float32")

    def most(call: Any, *given: Any) -> int:
        peaks = []
        for _ in range(STEPS):
            config.reset_memory_stats("CPU:0")
            call(*given)
            peaks.append(config.get_memory_info("CPU:0")["peak"])
        return max(peaks)

    found = {"inference": most(model.predict_on_batch, x)}
    model.compile(optimizer=optimizer, loss="mse")
    found["training"] = most(model.train_on_batch, x, y)
    return {**found, "resident": resident() - before}


def torch(name: str, batch: int, dtype: str, optimizer: str) -> dict[str, int]:
    """The sum of the profiler's memory events at its largest, in the third step."""
    import torch
    from memory_networks import NETWORKS
    from memory_torch import Network

    made = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}[optimizer]
    plan = NETWORKS[name][0]().plan(batch=batch)
    number = getattr(torch, dtype)
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True) as profile:
        network = Network(plan).to(number)
        optimizer_ = made(network.parameters())
        _, *sizes, channels = plan.rows[0].output_shape
        x, y = torch.rand((batch, channels, *sizes)).to(number), None
        for step in range(STEPS):
            with torch.profiler.record_function(f"step {step}"):
                optimizer_.zero_grad()
                out = network(x)
                y = torch.rand(out.shape).to(number) if y is None else y
                loss = torch.nn.functional.mse_loss(out, y)
                del out
                loss.backward()
                optimizer_.step()
                del loss
        optimizer_.zero_grad()
        optimizer_.state.clear()
        with torch.profiler.record_function("inference"), torch.no_grad():
            network(x)
    events = profile.profiler.kineto_results.events()
    changes = sorted((each.start_ns(), each.nbytes()) for each in events if each.name() == "[memory]")

    def most(span: str) -> int:
        (each,) = [each for each in events if each.name() == span]
        alive = peak = 0
        for at, size in changes:
            alive += size
            if each.start_ns() <= at <= each.end_ns():
                peak = max(peak, alive)
        return peak

    return {"training": most(f"step {STEPS - 1}"), "inference": most("inference")}


def jax(name: str, batch: int, dtype: str, optimizer: str) -> dict[str, int]:
    """What the compiler says that one compiled step needs: arguments (given away), results and temporaries."""
    import jax
    import keras
    import numpy
    from memory_networks import NETWORKS

    keras.config.set_dtype_policy(dtype)
    model = NETWORKS[name][0]().build()
    model.compile(optimizer=optimizer, loss="mse")
    rule = model.optimizer
    rule.build(model.trainable_variables)
    x = numpy.zeros((batch, *model.input_shape[1:]), "float32")
    y = numpy.zeros((batch, *model.output_shape[1:]), "float32")

    def loss(trained: Any, fixed: Any, x: Any, y: Any) -> Any:
        out, fixed = model.stateless_call(trained, fixed, x, training=True)
        return jax.numpy.mean((out - y) ** 2), fixed

    def step(state: Any, x: Any, y: Any) -> Any:
        trained, fixed, held = state
        (value, fixed), gradients = jax.value_and_grad(loss, has_aux=True)(trained, fixed, x, y)
        trained, held = rule.stateless_apply(held, gradients, trained)
        return value, (trained, fixed, held)

    def infer(state: Any, x: Any) -> Any:
        return model.stateless_call(*state, x, training=False)[0]

    state = [
        [each.value for each in several]
        for several in (model.trainable_variables, model.non_trainable_variables, rule.variables)
    ]

    def needed(compiled: Any) -> int:
        found = compiled.memory_analysis()
        sizes = (found.argument_size_in_bytes, found.output_size_in_bytes, found.temp_size_in_bytes)
        return sum(sizes) - found.alias_size_in_bytes

    return {
        "training": needed(jax.jit(step, donate_argnums=0).lower(tuple(state), x, y).compile()),
        "inference": needed(jax.jit(infer).lower(state[:2], x).compile()),
    }


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measured(engine: str, name: str, batch: int, dtype: str, optimizer: str) -> dict[str, int]:
    """One network measured in a fresh process."""
    keras_on = {**os.environ, "KERAS_BACKEND": engine}
    command = [sys.executable, __file__, "--measure", engine, name, str(batch), dtype, optimizer]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=keras_on, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    from memory_networks import NETWORKS

    if sys.argv[1:2] == ["--measure"]:
        engine, name, batch, dtype, optimizer = sys.argv[2:]
        print(json.dumps(globals()[engine](name, int(batch), dtype, optimizer)))
        return
    parser = ArgumentParser()
    parser.add_argument("--engine", default="tensorflow", choices=["tensorflow", "torch", "jax"])
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--optimizer", default="adam")
    parser.add_argument("--batch", type=int)
    parser.add_argument("networks", nargs="*")
    given = parser.parse_args()
    print("| network | batch | engine | activations | training measured | planned | | inference measured | planned | |")
    print("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|")
    for name in given.networks or NETWORKS:
        batch = given.batch or NETWORKS[name][1]
        print(row(name, batch, given, measured(given.engine, name, batch, given.dtype, given.optimizer)), flush=True)


def row(name: str, batch: int, given: Namespace, found: dict[str, int]) -> str:
    """A line of the table, in MiB."""
    from memory_networks import CHECKED, NETWORKS

    plan = NETWORKS[name][0]().plan(batch, given.dtype, given.optimizer, engine=given.engine)
    cells = [f"{name}*" if name in CHECKED else name, str(batch), given.engine]
    cells.append(mib(batch * sum(each.activation_bytes or 0 for each in plan.rows)))
    for phase in ("training", "inference"):
        planned = getattr(plan.memory, f"{phase}_peak_bytes")
        cells += [mib(found[phase]), mib(planned), f"{planned / found[phase] - 1:+.1%}".replace("%", " %")]
    return f"| {' | '.join(cells)} |"


def mib(size: int) -> str:
    return f"{size / 2**20:.0f}"


if __name__ == "__main__":
    main()
