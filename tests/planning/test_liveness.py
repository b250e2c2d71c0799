"""The liveness walk against two independent simulations, and that its time grows with the layers alone."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.design import Design
from lamella.layers.base import Kept
from lamella.planning.liveness import Setting, Step, Walk, Weights
from lamella.planning.memory import ENGINES
from lamella.planning.planner import plan


@st.composite
def graphs(draw: st.DrawFn) -> list[Step]:
    """Steps of any small graph, each with what it might keep, need and learn; the first is the input."""
    number = st.integers(0, 9)
    steps = [Step("0", (), (("0", draw(number)),), Kept(), is_input=True)]
    for name in map(str, range(1, draw(st.integers(2, 8)))):
        inputs = tuple(draw(st.lists(st.sampled_from([each.name for each in steps]), min_size=1, max_size=3)))
        flags = {flag: draw(st.booleans()) for flag in ("inputs", "output", "for_weights", "activated")}
        counts = {count: draw(number) for count in ("inner", "mask", "fixed", "copy", "forward", "backward")}
        held, trained, slots = (draw(st.sampled_from([0, 50, 300])) for _ in range(3))
        weights = Weights(held, 0, trained, trained // 2, trained // 2 * draw(st.integers(0, 4)), slots)
        kept = Kept(**flags, **counts)
        steps.append(Step(name, inputs, ((name, draw(number)),), kept, owner=name, weights=weights))
    return steps


def by_moments(steps: list[Step], output: str, batch: int) -> int:
    """PyTorch's training step counted another way: from when to when each array is there, and the fullest moment.

    Step i is computed at i, the loss at the number of steps n, the gradient of step i at 2n - i, of which the
    activation's comes half a moment earlier, and the update is last.
    """
    count = len(steps)
    place = {step.name: index for index, step in enumerate(steps)}
    learning: set[str] = set()
    for step in steps:
        if step.weights.trained or any(name in learning for name in step.inputs):
            learning.add(step.name)
    readers = {name: {each.name for each in steps if name in each.inputs} for name in place}
    end = 2 * count + 1
    spans: list[tuple[float, float, int]] = []

    def back(name: str) -> int:
        return 2 * count - place[name]

    def keeps_inputs(step: Step) -> bool:
        useless = step.kept.for_weights and not step.weights.trained
        return step.name in learning and step.kept.inputs and not useless

    for step in steps:
        name, kept, now, size = step.name, step.kept, place[step.name], 4 * batch * step.outputs[0][1]
        first = back(name) - 0.5 if kept.activated else back(name)
        spans.append((-1, end, step.weights.held + step.weights.slots))
        if step.is_input:
            spans.append((now, end, size))
        else:
            needed_until = [now, *(place[each] for each in readers[name]), *([count] if name == output else [])]
            needed_until += [back(each) for each in readers[name] if keeps_inputs(steps[place[each]])]
            needed_until += [first] if name in learning and kept.output else []
            spans.append((now, max(needed_until), size))
            inside = kept.forward if name not in learning else max(0, kept.forward - kept.inner)
            spans.append((now, now, 4 * batch * inside + (0 if name in learning else kept.mask * batch)))
        if name not in learning:
            continue
        copy = 0 if kept.for_weights and not step.weights.trained else kept.copy
        spans.append((now, first, 4 * batch * kept.inner + kept.mask * batch))
        spans.append((now, back(name), 4 * batch * copy + 4 * kept.fixed))
        born = [back(each) for each in readers[name]] + ([count] if name == output else [])
        spans.append((min(born), first, size))  # the first stays, each other is added to it
        spans += [(each, each, size) for each in sorted(born)[1:]]
        spans += [(first, back(name), size)] if kept.activated else []
        spans.append((back(name), back(name), 4 * batch * kept.backward))
        spans.append((back(name), end, step.weights.trained))
    spans.append((count, end, 4 * batch * steps[place[output]].outputs[0][1]))
    moments = sorted({moment for start, until, _ in spans for moment in (start, until)})
    updates = [step.weights.updating for step in steps if step.weights.trained]
    spans.append((end, end, max(updates, default=0)))
    return max(sum(size for start, until, size in spans if start <= now <= until) for now in moments)


@settings(max_examples=1000)
@given(graphs(), st.integers(1, 3))
def test_the_walk_finds_the_fullest_moment(steps: list[Step], batch: int) -> None:
    """Over graphs in which every step leads to the output, as a plan's do."""
    output = steps[-1].name
    read = {name for step in steps for name in step.inputs}
    loose = tuple(step.name for step in steps[:-1] if step.name not in read)
    steps[-1] = steps[-1]._replace(inputs=tuple(dict.fromkeys((*steps[-1].inputs, *loose))))
    found = Walk(steps, [output], Setting("torch", batch, 4, training=True)).run()
    assert found.total == by_moments(steps, output, batch)


def brute_force(steps: list[Step], outputs: list[str], setting: Setting) -> int:
    """PyTorch's inference: after each step, every output that it or a later step, or the caller, still needs."""
    most = 0
    weights = sum(step.weights.held for step in steps if step.owner == step.name)
    home: dict[str, str] = {}
    for step in steps:
        for name, _ in step.outputs:
            home[name] = home[step.inputs[0]] if step.aliases else name
    size = {name: count for step in steps for name, count in step.outputs}
    data = {name for step in steps if step.is_input for name, _ in step.outputs}
    for now, step in enumerate(steps):
        made = {home[name] for each in steps[: now + 1] for name, _ in each.outputs}
        read = {home[name] for each in steps[now:] for name in each.inputs} | {home[name] for name in outputs}
        alive = made & (read | data | {home[name] for name, _ in step.outputs})
        numbers = sum(size[name] for name in alive) + (0 if step.is_input else step.kept.forward)
        mask = 0 if step.is_input else step.kept.mask * setting.batch
        most = max(most, weights + numbers * setting.batch * setting.number_bytes + mask)
    return most


def test_inference_is_what_a_simulation_finds(random_designs: list[Design], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Walk] = []

    def remembered(self: Walk, *arguments: object) -> None:
        original(self, *arguments)
        asked.append(self)

    original = Walk.__init__
    monkeypatch.setattr(Walk, "__init__", remembered)
    for design in random_designs:
        asked.clear()
        found = plan(design, batch=3, engine="torch").memory
        walk = next(each for each in asked if not each.setting.training)
        assert found.inference_peak_bytes == brute_force(list(walk.steps), list(walk.outputs), walk.setting)


def chain(length: int) -> Iterable[Step]:
    yield Step("0", (), (("0", 100),), Kept(), is_input=True)
    for index in range(1, length):
        name, before = str(index), str(index - 1)
        weights = Weights(400, 0, 400, 400, 400, 800)
        kept = Kept(inputs=True, output=True, backward=100, for_weights=True, activated=True)
        yield Step(name, (before,), ((name, 100),), kept, owner=name, weights=weights)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch", [1, 10**6])
def test_a_hundred_thousand_layers_take_seconds_whatever_the_batch(engine: str, batch: int) -> None:
    steps, started = list(chain(100_000)), time.perf_counter()
    found = Walk(steps, ["99999"], Setting(engine, batch, 4, training=True)).run()
    assert found.total >= 400 * batch * 100_000
    assert time.perf_counter() - started < 30
