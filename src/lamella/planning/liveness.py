"""What is in memory at every moment of a training step or of inference, array by array.

Forward, each output is made and goes after its last reader, unless the backward pass keeps it. Backward, in
reverse, the gradients of a layer's inputs and weights are made from that of its output; then this one goes, with
what the layer kept. TensorFlow updates a weight soon after its gradient is known, PyTorch and JAX after all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lamella.layers.base import Engine, Kept

PARTS: Final = ("parameters", "optimizer", "gradients", "saved", "live", "workspace", "batch")
"""What the bytes of a moment are: weights, the optimizer's arrays, the weights' gradients, what is kept for the
backward pass, outputs on their way to a reader and gradients on theirs, what a layer needs only while it computes,
and the images with what they are compared with."""


class Weights(NamedTuple):
    """Bytes of a layer's weights: all, those in the type of the activations, gradients, one update, slots."""

    held: int = 0
    cast: int = 0
    trained: int = 0
    updating: int = 0
    slots: int = 0


class Step(NamedTuple):
    """What the walk knows of one node; numbers are for one image.

    `outputs` are the references and numbers of its outputs, `inputs` the references that it reads; `owner` names
    the node whose weights it uses.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[tuple[str, int], ...]
    kept: Kept
    aliases: bool = False
    in_place: bool = False
    hands_on: bool = False
    is_input: bool = False
    owner: str = ""
    weights: Weights = Weights()


class Setting(NamedTuple):
    """For what the figures are: engine, images, bytes of an activation, and whether it trains."""

    engine: Engine
    batch: int
    number_bytes: int
    training: bool


class Peak(NamedTuple):
    """The largest moment: its parts, whose it is, whether in its backward step; and the most bytes by node."""

    parts: Mapping[str, int]
    at: str
    backward: bool
    layers: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())


class Walk:
    """The arrays alive, by key, while the steps are gone through."""

    def __init__(self, steps: Sequence[Step], outputs: Sequence[str], setting: Setting) -> None:
        self.steps, self.outputs, self.setting = steps, outputs, setting
        self.alive: dict[str, tuple[int, str]] = {}
        self.now = dict.fromkeys(PARTS, 0)
        self.total = self.here = self.most = 0
        self.peak, self.at, self.back = dict(self.now), "", False
        self.layers: dict[str, int] = {}
        self.home: dict[str, str] = {}
        self.sizes = {name: count for step in steps for name, count in step.outputs}
        self.readers: Counter[str] = Counter()
        self.holds: dict[str, list[str]] = {}
        self.gradients: dict[str, list[str]] = {}
        self.shared: Counter[str] = Counter()
        self.uses = Counter(step.owner for step in steps if step.weights.trained)
        self.waiting: list[Step] = []
        self.wanted = wanted_gradients(steps) if setting.training else set()

    def take(self, key: str, size: int, part: str) -> str:
        if size:
            self.alive[key] = size, part
            self.now[part] += size
            self.total += size
            self.here = max(self.here, self.total)
            if self.total > self.most:
                self.most, self.peak = self.total, dict(self.now)
        return key

    def release(self, key: str) -> None:
        if key in self.alive:
            size, part = self.alive.pop(key)
            self.now[part] -= size
            self.total -= size

    def keep(self, key: str) -> None:
        """An array that the backward pass needs counts as saved from now on."""
        if key in self.alive and self.alive[key][1] == "live":
            size, part = self.alive[key]
            self.alive[key] = size, "saved"
            self.now[part] -= size
            self.now["saved"] += size

    def let_go(self, key: str) -> None:
        self.readers[key] -= 1
        if not self.readers[key]:
            self.release(key)

    def bytes(self, count: int) -> int:
        return count * self.setting.batch * self.setting.number_bytes

    def run(self) -> Peak:
        for step in self.steps:
            if step.owner == step.name:
                self.take(f"weights {step.name}", step.weights.held, "parameters")
                if self.setting.training:
                    self.take(f"slots {step.name}", step.weights.slots, "optimizer")
        uses = Counter(name for step in self.steps for name in step.inputs) + Counter(self.outputs)
        for step in self.steps:
            self.watched(step, backward=False, uses=uses)
        if self.setting.training:
            self.compare()
            for step in reversed(self.steps):
                if not step.is_input:
                    self.watched(step, backward=True, uses=uses)
            self.update(len(self.waiting))
        return Peak(self.peak, self.at, self.back, self.layers)

    def watched(self, step: Step, backward: bool, uses: Mapping[str, int]) -> None:
        """One step forward or backward, with the most that was alive meanwhile."""
        self.here, before = self.total, self.most
        if backward:
            self.backward(step)
        else:
            self.forward(step, uses)
        self.layers[step.name] = max(self.layers.get(step.name, 0), self.here)
        if self.most > before:
            self.at, self.back = step.name, backward

    def forward(self, step: Step, uses: Mapping[str, int]) -> None:
        if step.is_input:
            for name, count in step.outputs:
                self.home[name] = self.take(f"data {name}", self.bytes(count), "batch")
                self.readers[self.home[name]] += uses[name] + 1  # whoever feeds the network holds it
            return
        kept = needed(step, self.wanted)
        saving = kept is not None
        cast = self.take(f"cast {step.name}", step.weights.cast, "saved" if saving else "workspace")
        working = self.take(f"working {step.name}", self.bytes(step.kept.forward), "workspace")
        held = [self.home[name] for name in step.inputs] if kept is not None and kept.inputs else []
        for name, count in step.outputs:
            self.home[name] = key = self.place(step, name, count, held)
            self.readers[key] += uses[name] + 1
            if kept is not None and kept.output:
                held.append(key)
        if kept is not None:
            self.take(f"inner {step.name}", self.bytes(kept.inner), "saved")
            self.take(f"mask {step.name}", kept.mask * self.setting.batch, "saved")
            self.take(f"fixed {step.name}", kept.fixed * self.setting.number_bytes, "saved")
        for key in held:
            self.readers[key] += 1
            self.keep(key)
        self.holds[step.name] = held
        self.release(working)
        if not saving:
            self.release(cast)
        for name in step.inputs:
            self.let_go(self.home[name])
        for name, _ in step.outputs:
            self.let_go(self.home[name])

    def place(self, step: Step, name: str, count: int, held: Sequence[str]) -> str:
        """Where an output lies: in an input's place, or in one of its own."""
        if step.aliases:
            return self.home[step.inputs[0]]
        if step.in_place and not held:
            for given in step.inputs:
                key = self.home[given]
                if self.readers[key] == 1 and self.alive.get(key) == (self.bytes(count), "live"):
                    return key
        return self.take(f"output {name}", self.bytes(count), "live")

    def compare(self) -> None:
        """What the outputs are compared with; the difference is the first gradient."""
        for name in dict.fromkeys(self.outputs):
            self.take(f"target {name}", self.bytes(self.sizes[name]), "batch")
            if name in self.wanted:
                key = self.take(f"gradient {name}", self.bytes(self.sizes[name]), "live")
                self.gradients[name] = [key]
                self.shared[key] = 1
        for name in self.outputs:
            self.let_go(self.home[name])

    def backward(self, step: Step) -> None:
        arriving = [key for name, _ in step.outputs for key in self.gradients.pop(name, ())]
        for other in arriving[1:]:  # several readers: their gradients are added up in the first
            self.drop(other)
        if arriving:
            mine = arriving[0]
            working = self.take(f"working {step.name}", self.bytes(step.kept.backward), "workspace")
            if step.weights.trained:
                self.take(f"trained {step.name}", step.weights.trained, "gradients")
                self.uses[step.owner] -= 1
                if step.name != step.owner and f"trained {step.owner}" in self.alive:
                    self.release(f"trained {step.name}")
                elif step.name != step.owner:
                    self.alive[f"trained {step.owner}"] = self.alive.pop(f"trained {step.name}")
                if not self.uses[step.owner]:
                    self.waiting.append(step)
            for name in dict.fromkeys(step.inputs):
                if name in self.wanted:
                    key = self.gradient_of(step, name, mine)
                    self.shared[key] += 1
                    self.gradients.setdefault(name, []).append(key)
            self.release(working)
            self.drop(mine)
        for key in self.holds.pop(step.name, ()):
            self.let_go(key)
        for what in ("inner", "mask", "fixed", "cast"):
            self.release(f"{what} {step.name}")
        if self.setting.engine == "tensorflow" and arriving and step.weights.trained:
            self.update(len(self.waiting) - 1)

    def gradient_of(self, step: Step, name: str, mine: str) -> str:
        """Where the gradient of an input lies: in that of the output, or in a place of its own."""
        if step.aliases or step.hands_on:
            return mine
        if step.in_place and self.shared[mine] == 1:
            size = self.bytes(self.sizes[name])
            if mine in self.alive and self.alive[mine][0] == size:
                return mine
        return self.take(f"gradient {step.name} {name}", self.bytes(self.sizes[name]), "live")

    def drop(self, key: str) -> None:
        self.shared[key] -= 1
        if self.shared[key] <= 0:
            self.release(key)

    def update(self, count: int) -> None:
        """The optimizer changes the weights of the layers that were done first; their gradients go."""
        for step in self.waiting[:count]:
            self.take(f"update {step.owner}", step.weights.updating, "workspace")
            self.release(f"update {step.owner}")
            if self.setting.engine == "tensorflow":
                self.release(f"trained {step.owner}")
        del self.waiting[:count]


def wanted_gradients(steps: Sequence[Step | None]) -> set[str]:
    """The tensors whose gradients are needed: those that depend on trained weights."""
    found: set[str] = set()
    for step in steps:
        if step is not None and (step.weights.trained or not found.isdisjoint(step.inputs)):
            found.update(name for name, _ in step.outputs)
    return found


def needed(step: Step, wanted: set[str]) -> Kept | None:
    """What the step keeps: nothing where no gradient passes; no inputs that only untrained weights would need."""
    if all(name not in wanted for name, _ in step.outputs):
        return None
    if step.kept.for_weights and not step.weights.trained:
        return step.kept._replace(inputs=False)
    return step.kept


def saved_bytes(steps: Sequence[Step], number_bytes: int) -> dict[str, int]:
    """Bytes of one image that each step keeps for the backward pass, each array at the first step that keeps it."""
    wanted = wanted_gradients(steps)
    sizes = {name: count for step in steps for name, count in step.outputs}
    home: dict[str, str] = {}
    seen: set[str] = set()
    found = {}
    for step in steps:
        kept, total = needed(step, wanted), 0
        for name, _ in step.outputs:
            home[name] = home[step.inputs[0]] if step.aliases else name
        if kept is not None:
            references = (*(step.inputs if kept.inputs else ()), *(name for name, _ in step.outputs if kept.output))
            arrays = {home[name] for name in references} - seen
            seen |= arrays
            total = sum(sizes[name] for name in arrays) + kept.inner + kept.fixed
            total = total * number_bytes + kept.mask
        found[step.name] = total
    return found
