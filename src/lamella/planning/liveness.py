"""What is in memory at every moment of a training step or of inference, array by array.

Forward, each output is made and let go of after its last reader, unless the backward pass keeps it. Backward,
in reverse, the gradients of a layer's inputs are made from that of its output; then this one goes, with what
the layer kept. TensorFlow updates a variable soon after its gradient is known, PyTorch and JAX after all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lamella.layers.base import Engine, Kept

PARTS = ("parameters", "optimizer", "gradients", "kept", "live", "workspace", "batch")


class Step(NamedTuple):
    """What the walk knows of one node; numbers are for one image, those of weights for the whole layer.

    `outputs` gives the numbers of each output by reference. `reuses`: the output can take an input's place in
    memory; `hands_on`: the gradient of the output is that of the inputs; `aliases`: so is the output.
    `owner` is the node whose weights it uses.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: Mapping[str, int]
    kept: Kept
    reuses: bool = False
    hands_on: bool = False
    aliases: bool = False
    is_input: bool = False
    weights: tuple[int, ...] = ()
    trained: tuple[int, ...] = ()
    owner: str = ""


class Setting(NamedTuple):
    """For what the figures are: images, bytes of an activation and of a weight, and how an optimizer works."""

    engine: Engine
    batch: int
    number_bytes: int
    weight_bytes: int
    slots: int
    temporary: int


class Event(NamedTuple):
    """An array comes (bytes above 0) or goes (the same bytes below 0)."""

    key: str
    bytes: int
    part: str


@dataclass
class Walk:
    """The arrays alive, and everything that came and went, in order."""

    steps: Sequence[Step]
    outputs: Sequence[str]
    setting: Setting
    training: bool
    events: list[Event] = field(default_factory=list)
    alive: dict[str, Event] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    readers: Counter[str] = field(default_factory=Counter)
    holds: dict[str, list[str]] = field(default_factory=dict)
    gradients: dict[str, list[str]] = field(default_factory=dict)
    shared: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[str, Step]] = field(default_factory=list)

    def take(self, key: str, size: int, part: str) -> str:
        if size:
            self.alive[key] = Event(key, size, part)
            self.events.append(self.alive[key])
        return key

    def release(self, key: str) -> None:
        if key in self.alive:
            event = self.alive.pop(key)
            self.events.append(Event(key, -event.bytes, event.part))

    def numbers(self, count: int) -> int:
        return count * self.setting.batch * self.setting.number_bytes

    def run(self) -> list[Event]:
        uses = Counter(name for step in self.steps for name in step.inputs) + Counter(self.outputs)
        slots = self.setting.slots if self.training else 0
        for step in self.steps:
            if step.owner == step.name:
                for place, count in enumerate(step.weights):
                    self.take(f"weight {step.name} {place}", count * self.setting.weight_bytes, "parameters")
                for place, count in enumerate(step.trained):
                    for slot in range(slots):
                        size = count * self.setting.weight_bytes
                        self.take(f"slot {slot} {step.name} {place}", size, "optimizer")
        for step in self.steps:
            self.forward(step, uses)
        if self.training:
            self.backward()
        return self.events

    def forward(self, step: Step, uses: Mapping[str, int]) -> None:
        kept = step.kept if self.training else Kept(forward=step.kept.forward)
        if step.is_input:
            for name, count in step.outputs.items():
                self.home[name] = self.take(f"data {name}", self.numbers(count), "batch")
                self.readers[self.home[name]] += uses[name] + 1  # whoever feeds the network holds it
            return
        if self.setting.number_bytes < self.setting.weight_bytes:
            part = "kept" if self.training else "workspace"
            self.take(f"cast {step.name}", sum(step.weights) * self.setting.number_bytes, part)
        self.take(f"forward {step.name}", self.numbers(kept.forward), "workspace")
        held = [self.home[name] for name in step.inputs] if kept.inputs else []
        for name, count in step.outputs.items():
            key = self.place(step, name, count, kept)
            self.home[name] = key
            self.readers[key] += uses[name]
            if kept.output:
                held.append(key)
        self.take(f"inner {step.name}", self.numbers(kept.inner), "kept")
        self.take(f"mask {step.name}", kept.mask * self.setting.batch, "kept")
        self.take(f"fixed {step.name}", kept.fixed * self.setting.number_bytes, "kept")
        for key in held:
            self.readers[key] += 1
        self.holds[step.name] = held
        self.release(f"forward {step.name}")
        if not self.training:
            self.release(f"cast {step.name}")
        for name in step.inputs:
            self.let_go(self.home[name])
        for name in step.outputs:
            self.readers[self.home[name]] += 1
            self.let_go(self.home[name])

    def place(self, step: Step, name: str, count: int, kept: Kept) -> str:
        """Where an output lies: in an input's place, or in one of its own."""
        if step.aliases:
            return self.home[step.inputs[0]]
        if step.reuses and not kept.inputs and self.setting.engine != "torch":
            for given in step.inputs:
                key = self.home[given]
                same = key in self.alive and self.alive[key].bytes == self.numbers(count)
                if same and self.readers[key] == 1:
                    return key
        return self.take(f"output {name}", self.numbers(count), "live")

    def let_go(self, key: str) -> None:
        self.readers[key] -= 1
        if not self.readers[key]:
            self.release(key)

    def backward(self) -> None:
        wanted = self.wanting()
        sizes = {name: count for step in self.steps for name, count in step.outputs.items()}
        for name in dict.fromkeys(self.outputs):
            if name in wanted:
                self.gradients[name] = [self.take(f"gradient {name}", self.numbers(sizes[name]), "live")]
                self.shared[f"gradient {name}"] = 1
        for name in self.outputs:
            self.let_go(self.home[name])
        for step in reversed(self.steps):
            if not step.is_input:
                self.back(step, wanted, sizes)
        if self.setting.engine == "tensorflow":
            self.update(len(self.waiting))
        else:
            each = [count for _, step in self.waiting for count in step.trained]
            size = max(each, default=0) * self.setting.temporary * self.setting.weight_bytes
            self.take("update", size, "workspace")
            self.release("update")
            for key, _ in self.waiting:
                self.release(key)

    def wanting(self) -> set[str]:
        """The tensors whose gradients are needed: those that depend on trained weights."""
        wanted: set[str] = set()
        for step in self.steps:
            if step.trained or wanted.intersection(step.inputs):
                wanted.update(step.outputs)
        return wanted

    def back(self, step: Step, wanted: set[str], sizes: Mapping[str, int]) -> None:
        arriving = [key for name in step.outputs for key in self.gradients.get(name, ())]
        for other in arriving[1:]:  # several readers: their gradients are added up in the first
            self.drop(other)
        if arriving:
            mine = arriving[0]
            self.take(f"backward {step.name}", self.numbers(step.kept.backward), "workspace")
            if step.trained:
                size = sum(step.trained) * self.setting.weight_bytes
                self.waiting.append((self.take(f"trained {step.name}", size, "gradients"), step))
            for place, name in enumerate(dict.fromkeys(step.inputs)):
                if name not in wanted:
                    continue
                same = all(sizes[name] == count for count in step.outputs.values())
                if step.hands_on or step.aliases or (step.reuses and same and self.setting.engine != "torch"):
                    key = mine
                else:
                    key = self.take(f"gradient {step.name} {place}", self.numbers(sizes[name]), "live")
                self.shared[key] += 1
                self.gradients.setdefault(name, []).append(key)
            self.release(f"backward {step.name}")
            self.drop(mine)
        for key in self.holds.get(step.name, ()):
            self.let_go(key)
        for what in ("inner", "mask", "fixed", "cast"):
            self.release(f"{what} {step.name}")
        if self.setting.engine == "tensorflow" and step.trained:
            self.update(len(self.waiting) - 1)

    def drop(self, key: str) -> None:
        self.shared[key] -= 1
        if self.shared[key] <= 0:
            self.release(key)

    def update(self, count: int) -> None:
        """TensorFlow updates the variables of the layers that came before the one just done."""
        for key, step in self.waiting[:count]:
            size = max(step.trained) * self.setting.temporary * self.setting.weight_bytes
            self.take(f"update {step.name}", size, "workspace")
            self.release(f"update {step.name}")
            self.release(key)
        del self.waiting[:count]


def peak(events: Sequence[Event]) -> dict[str, int]:
    """The bytes of each part at the moment when all together are most."""
    now = dict.fromkeys(PARTS, 0)
    total = most = 0
    found = dict(now)
    for event in events:
        now[event.part] += event.bytes
        total += event.bytes
        if total > most:
            most, found = total, dict(now)
    return found
