"""What is in memory at every moment of a training step or of inference, array by array.

Forward, each output is made and goes after its last reader, unless the backward pass keeps it. Backward, in
reverse, the gradients of a layer's inputs and weights are made from that of its output; then this one goes, with
what the layer kept. The weights are updated when all their gradients are known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from lamella.layers.base import Engine, Kept
from lamella.planning.arrays import Arrays


class Weights(NamedTuple):
    """Bytes of a layer's weights: all, those in the type of the activations, the trained ones, of these the largest;
    what its update needs besides, and the optimizer's arrays.
    """

    held: int = 0
    cast: int = 0
    trained: int = 0
    largest: int = 0
    updating: int = 0
    slots: int = 0


class Step(NamedTuple):
    """What the walk knows of one node; numbers are for one image.

    `outputs` are the references and numbers of its outputs, `inputs` the references that it reads; `onto` is the
    one that its output is added to next, in the same place where that can be; `owner` names the node whose weights
    it uses. Of an `opaque` one it is not known whether it learns.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[tuple[str, int], ...]
    kept: Kept
    aliases: bool = False
    in_place: bool = False
    hands_on: bool = False
    is_input: bool = False
    opaque: bool = False
    onto: str = ""
    owner: str = ""
    weights: Weights = Weights()


class Setting(NamedTuple):
    """For what the figures are: engine, images, bytes of an activation, and whether it trains."""

    engine: Engine
    batch: int
    number_bytes: int
    training: bool


Phase = Literal["forward", "loss", "backward", "update"]


class Peak(NamedTuple):
    """The largest moment: its parts, when it is and at which node, if at one; and the most bytes by node."""

    parts: Mapping[str, int]
    phase: Phase
    at: str | None
    layers: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())


class Walk:
    """The steps gone through, with the arrays that come and go."""

    def __init__(self, steps: Sequence[Step], outputs: Sequence[str], setting: Setting) -> None:
        self.steps, self.outputs, self.setting = steps, outputs, setting
        self.arrays = Arrays(pooled=setting.engine == "tensorflow")
        self.take, self.release = self.arrays.take, self.arrays.release
        self.phase: Phase = "forward"
        self.at: str | None = None
        self.layers: dict[str, int] = {}
        self.home: dict[str, str] = {}
        self.sizes = {name: count for step in steps for name, count in step.outputs}
        self.readers = Counter(name for step in steps for name in step.inputs) + Counter(outputs)
        """How often each output is still read; of the arrays, by key, once they are there."""
        self.holds: dict[str, list[str]] = {}
        self.own: dict[str, list[str]] = {}
        """By node: the arrays of others that it keeps alive, and its own."""
        self.gradients: dict[str, list[str]] = {}
        self.shared: Counter[str] = Counter()
        self.late: list[tuple[Step, str]] = []
        self.wanted = wanted_gradients(steps) if setting.training else set()

    def run(self) -> Peak:
        """Everything in its order."""
        for step in self.steps:
            if step.owner == step.name:
                self.take(f"weights {step.name}", step.weights.held, "parameters")
                if self.setting.training:
                    self.take(f"slots {step.name}", step.weights.slots, "optimizer")
        for step in self.steps:
            self._watch("forward", self._feed if step.is_input else self._forward, step)
        if self.setting.training:
            self._watch("loss", self._compare)
            for step in reversed(self.steps):
                if not step.is_input:
                    self._watch("backward", self._backward, step)
            self._watch("update", self._update)
        return Peak(self.arrays.peak, self.phase, self.at, self.layers)

    def _watch(self, phase: Phase, run: Callable[..., None], step: Step | None = None) -> None:
        """A part of the step, with the most that was alive meanwhile."""
        arrays = self.arrays
        arrays.watched, before = arrays.total, arrays.most
        if step is None:
            run()
        else:
            run(step)
            self.layers[step.name] = max(self.layers.get(step.name, 0), arrays.watched)
        if arrays.most > before:
            self.phase, self.at = phase, None if step is None else step.name

    def _bytes(self, count: int) -> int:
        return count * self.setting.batch * self.setting.number_bytes

    def _let_go(self, key: str) -> None:
        self.readers[key] -= 1
        if self.readers[key] <= 0:
            self.release(key)

    def _feed(self, step: Step) -> None:
        for name, count in step.outputs:
            self.home[name] = name
            self.take(name, self._bytes(count), "batch")
            self.readers[name] += 1  # whoever feeds the network holds it

    def _forward(self, step: Step) -> None:
        kept = needed(step, self.wanted)
        own = []
        if step.weights.cast:
            own.append(self.take(f"cast {step.name}", step.weights.cast, "workspace" if kept is None else "saved"))
        beside = step.kept.forward - (min(kept.inner, step.kept.forward) if kept is not None else 0)
        if beside:
            self.take("working", self._bytes(beside), "workspace")
        if kept is None and self.setting.engine == "torch":  # it finds out where the largest number was all the same
            own.append(self.take(f"mask {step.name}", step.kept.mask * self.setting.batch, "workspace"))
        held = [self.home[name] for name in step.inputs] if kept is not None and kept.inputs else []
        for name, count in step.outputs:
            key = self.home[name] = self._place(step, name, count, held)
            self.readers[key] += 1 if key == name else self.readers[name] + 1
            if kept is not None and kept.output:
                held.append(key)
        if kept is not None:
            own += self._save(step, kept)
        for key in held:
            self.readers[key] += 1
            self.arrays.turn(key, "saved")
        self.holds[step.name] = held
        self.own[step.name] = own
        if beside:
            self.release("working")
        if kept is None:
            for key in own:
                self.release(key)
        for name in step.inputs:
            self._let_go(self.home[name])
        for name, _ in step.outputs:
            self._let_go(self.home[name])

    def _save(self, step: Step, kept: Kept) -> list[str]:
        """Adds what is kept besides inputs and output; gives the keys, those of the activation first."""
        images, number = self.setting.batch, self.setting.number_bytes
        keys = self._several(f"inner {step.name}", kept.inner, step, "saved") if kept.inner else []
        sizes = (
            ("mask", kept.mask * images),
            ("copy", kept.copy * images * number),
            ("fixed", kept.fixed * number),
        )
        return keys + [self.take(f"{what} {step.name}", size, "saved") for what, size in sizes if size]

    def _several(self, name: str, count: int, step: Step, part: str) -> list[str]:
        """Adds so many numbers as arrays of the output's size, and the rest."""
        whole = step.outputs[0][1]
        sizes = [whole] * (count // whole) + [count % whole] if whole else [count]
        return [self.take(f"{name} {place}", self._bytes(each), part) for place, each in enumerate(sizes) if each]

    def _place(self, step: Step, name: str, count: int, held: Sequence[str]) -> str:
        """Where an output lies: in an input's place, or in one of its own."""
        if step.aliases:
            return self.home[step.inputs[0]]
        size, given = self._bytes(count), [self.home[each] for each in step.inputs]
        if step.onto:
            key = self.home[step.onto]
            if self.readers[key] == 1 and self.arrays.has(key, size, "live"):
                return key
        if step.in_place and not held and self.setting.engine != "torch":
            for key in given:
                if self.readers[key] == given.count(key) and self.arrays.has(key, size, "live"):
                    return key
        return self.take(name, self._bytes(count), "live")

    def _compare(self) -> None:
        """What the outputs are compared with; the difference is the first gradient."""
        for name in dict.fromkeys(self.outputs):
            self.take(f"target {name}", self._bytes(self.sizes[name]), "batch")
            if name in self.wanted:
                key = self.take(f"gradient {name}", self._bytes(self.sizes[name]), "live")
                self.gradients[name] = [key]
                self.shared[key] = 1
        for name in self.outputs:
            self._let_go(self.home[name])

    def _backward(self, step: Step) -> None:
        mine = ""
        arriving = [key for name, _ in step.outputs for key in self.gradients.pop(name, ())]
        if arriving:
            mine = self._added(step.outputs[0][0], arriving)
            if step.kept.activated:
                mine = self._through_activation(step, mine)
            working = self._several("working", step.kept.backward, step, "workspace")
            self._train(step)
            given = [name for name in dict.fromkeys(step.inputs) if name in self.wanted]
            for name in given:
                key = self._gradient_of(step, name, mine)
                self.shared[key] += 1
                self.gradients.setdefault(name, []).append(key)
            for key in working:
                self.release(key)
            if self.setting.engine != "tensorflow":
                for name in given:
                    self.gradients[name] = [self._added(name, self.gradients[name])]
        self._end(step, mine)

    def _added(self, name: str, gradients: list[str]) -> str:
        """The gradients from several readers in one: in the first that no other tensor shares, else in a new place.

        TensorFlow waits for all of them, the others add each as it comes.
        """
        if len(gradients) == 1:
            return gradients[0]
        key = next((each for each in gradients if self.shared[each] == 1), None)
        if key is None:
            key = self.take(f"gradients of {name} {len(self.shared)}", self._bytes(self.sizes[name]), "live")
            self.shared[key] = 1
        for each in gradients:
            if each != key:
                self._drop(each)
        return key

    def _end(self, step: Step, gradient: str) -> None:
        """Lets go of what the step needed.

        TensorFlow computes the gradients of the weights beside those of the inputs, from which the next step starts:
        what they need lives on through that one.
        """
        beside = self.setting.engine == "tensorflow" and step.weights.trained and step.kept.for_weights and gradient
        if step.aliases and self.late:  # it takes no time
            self.late.append((step, gradient))
            return
        late, self.late = self.late, [(step, gradient)]
        if not beside:
            late, self.late = [*late, *self.late], []
        for each, key in late:
            if key:
                self._drop(key)
            for kept in self.holds.pop(each.name, ()):
                self._let_go(kept)
            for kept in self.own.pop(each.name, ()):
                self.release(kept)

    def _through_activation(self, step: Step, gradient: str) -> str:
        """The gradient before the activation, written in the place of the one behind it where the engine can."""
        key = gradient
        if self.setting.engine == "torch" or self.shared[gradient] > 1:
            name, count = step.outputs[0]
            key = self.take(f"gradient before {name}", self._bytes(count), "live")
            self.shared[key] = 1
            self._drop(gradient)
        if step.kept.output:
            self._let_go(self.holds[step.name].pop())
        own = self.own[step.name]
        while own and own[0].startswith(("inner ", "mask ")):
            self.release(own.pop(0))
        return key

    def _train(self, step: Step) -> None:
        """The gradients of the weights; those of a second use are added to the first's."""
        if not step.weights.trained:
            return
        key = f"trained {step.owner}"
        if key in self.arrays.alive:
            self.release(self.take(f"more {step.owner}", step.weights.trained, "gradients"))
        else:
            self.take(key, step.weights.largest, "gradients")
            self.take(f"rest {step.owner}", step.weights.trained - step.weights.largest, "gradients")

    def _gradient_of(self, step: Step, name: str, mine: str) -> str:
        """Where the gradient of an input lies: in that of the output, or in a place of its own."""
        if step.aliases or step.hands_on:
            return mine
        size = self._bytes(self.sizes[name])
        alone = self.shared[mine] == 1 and self.setting.engine != "torch"
        if step.in_place and alone and self.arrays.has(mine, size, "live"):
            return mine
        return self.take(f"gradient {step.name} {name}", size, "live")

    def _drop(self, key: str) -> None:
        self.shared[key] -= 1
        if self.shared[key] <= 0:
            self.release(key)

    def _update(self) -> None:
        """The optimizer changes the weights; what it needs for the largest is the most."""
        trained = [step.weights for step in self.steps if f"trained {step.owner}" in self.arrays.alive]
        most = max(trained, key=lambda weights: weights.updating, default=Weights())
        sizes = [most.largest] * (most.updating // most.largest) if most.largest else []
        for place, size in enumerate(sizes):
            self.take(f"update {place}", size, "workspace")


def wanted_gradients(steps: Sequence[Step]) -> set[str]:
    """The tensors whose gradients are needed: those that depend on trained weights."""
    found: set[str] = set()
    for step in steps:
        if step.opaque or step.weights.trained or not found.isdisjoint(step.inputs):
            found.update(name for name, _ in step.outputs)
    return found


def needed(step: Step, wanted: set[str]) -> Kept | None:
    """What the step keeps: nothing where no gradient passes; no inputs that only untrained weights would need."""
    if all(name not in wanted for name, _ in step.outputs):
        return None
    if step.kept.for_weights and not step.weights.trained:
        return step.kept._replace(inputs=False, copy=0)
    return step.kept


def saved_bytes(steps: Sequence[Step], number_bytes: int) -> dict[str, int]:
    """Bytes of one image that each step keeps for the backward pass, each array at the first step that keeps it.

    A step is left out where the size of something that it keeps is not known.
    """
    wanted = wanted_gradients(steps)
    sizes = {name: count for step in steps for name, count in step.outputs}
    home: dict[str, str] = {}
    seen: set[str] = set()
    found = {}
    for step in steps:
        kept, total = needed(step, wanted), 0
        for name, _ in step.outputs:
            home[name] = home.get(step.inputs[0], step.inputs[0]) if step.aliases else name
        if kept is not None:
            references = (*(step.inputs if kept.inputs else ()), *(name for name, _ in step.outputs if kept.output))
            arrays = {home.get(name, name) for name in references} - seen
            if not arrays <= sizes.keys():
                continue
            seen |= arrays
            total = sum(sizes[name] for name in arrays) + kept.inner + kept.copy + kept.fixed
            total = total * number_bytes + kept.mask
        found[step.name] = total
    return found
