"""How fast `lamella solve` searches, beside a solver library and trying everything.

python benchmarks/solving.py [problems] [seed]: first small random chains, all their solutions: lamella's search,
OR-tools' CP-SAT, python-constraint with lamella's plan as the constraint, and trying every combination; the sets must
be equal. Then networks of 31 layers with 6 unknowns, the ten best: lamella and CP-SAT, whose ten must cost the same,
and `lamella solve` as a whole process from cold. All take turns; a library that is not installed is left out. What
CP-SAT is told of layers, and what it is not, stands in solving_model.py.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "solving"))

from problems import by_trying
from solving_model import SECONDS, Chain, Values

from lamella.design import Design
from lamella.errors import DesignError
from lamella.solving.solver import planned, solved
from lamella.solving.targets import meets, targets_of
from lamella.solving.unknowns import steps_of
from lamella.sources import yaml_file

ROUNDS = 3
CANNOT = "not of other layers, branches, open padding, memory, receptive fields through upsampling, MACs, order of ties"


def small(draw: random.Random) -> Design:
    """A chain of one to five layers with one to three things open, and what one of the combinations reaches."""
    layers = []
    for _ in range(draw.randint(1, 5)):
        same, kernel, stride = draw.choice(("same", "valid")), draw.randint(1, 4), draw.choice((1, 1, 2))
        layers.append(
            draw.choice(
                [
                    (
                        "Conv2D",
                        {"filters": draw.choice((2, 4)), "kernel_size": kernel, "padding": same, "strides": stride},
                    ),
                    ("Conv2D", {"filters": 2, "kernel_size": kernel, "padding": same, "dilation_rate": stride}),
                    ("MaxPooling2D", {"pool_size": draw.choice((2, 3)), "strides": stride, "padding": same}),
                    ("UpSampling2D", {"size": 2}),
                    ("BatchNormalization", {}),
                ]
            )
        )
    places = [(place, name) for place, (_, each) in enumerate(layers) for name in each if name != "padding"]
    edits = [(*each, "any 1..7") for each in draw.sample(places, min(len(places), draw.randint(1, 3)))]
    design = yaml_file.read(text_of([16, 13, 3], layers, edits, "").encode(), "small")
    steps = steps_of(design)
    picks = [tuple(draw.randrange(len(each.values)) for each in step.unknowns) for step in steps]
    known = planned(design, steps, picks)
    if known.errors:
        return small(draw)
    targets = {"output": [*(known.rows[-1].output_shape or ())[1:]], "params": f"<= {known.totals.params}"}
    return replace(design, expect={word: each for word, each in targets.items() if draw.random() < 0.6})


def text_of(
    shape: list[Any], layers: list[tuple[str, dict[str, Any]]], edits: list[tuple[int, str, Any]], expect: str
) -> str:
    """A design file in which some arguments have other values."""
    changed = [(name, dict(arguments)) for name, arguments in layers]
    for place, name, value in edits:
        changed[place][1][name] = value
    lines = [f"  - {name}: {{{', '.join(f'{key}: {each}' for key, each in found.items())}}}" for name, found in changed]
    text = "\n".join([f"input: [{', '.join(map(str, shape))}]", "layers:", *lines])
    return f"{text}\nexpect: {{{expect}}}\n"


def network(edits: list[tuple[int, str, Any]], expect: str, size: Any = 64, *, decoder: bool = True) -> str:
    """An encoder of four blocks, and a decoder or further convolutions: 31 layers."""
    layers: list[tuple[str, dict[str, Any]]] = []
    for block, filters in enumerate((16, 32, 64, 64)):
        for _ in range(2):
            layers.append(("Conv2D", {"filters": filters, "kernel_size": 3, "padding": "same"}))
            layers += [("BatchNormalization", {}), ("Activation", {"activation": "relu"})]
        if block < 3:
            layers.append(("MaxPooling2D", {"pool_size": 2}))
    last = ("UpSampling2D", {"size": 2}) if decoder else ("Conv2D", {"filters": 8, "kernel_size": 1})
    layers += [last] * 3 + [("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "same"})]
    return text_of([size, size, 3], layers, edits, expect)


CONVOLUTIONS = (0, 3, 7, 10, 14, 17)
KERNELS = [(place, "kernel_size", "any") for place in CONVOLUTIONS]
UNPADDED = [(place, "padding", "valid") for place in CONVOLUTIONS]
MIXED = [(0, "kernel_size"), (0, "strides"), (3, "dilation_rate"), (6, "pool_size"), (28, "size"), (30, "kernel_size")]
FILTERS = [(place, "filters", "any") for place in CONVOLUTIONS]
NETWORKS = {
    "kernels, for an output": network(KERNELS + UNPADDED, "output: [48, 48, 3]"),
    "kernels, strides, dilation, pools": network([(*each, "any") for each in MIXED], "output: [64, 64, 3]"),
    "filters, under parameters": network(FILTERS, "params: '<= 100K'"),
    "filters, over parameters": network(FILTERS, "params: '>= 100K', output: [64, 64, 3]"),
    "kernels, for a receptive field": network(
        KERNELS + UNPADDED, "receptive_field: '== 85', output: [12, 12, 3]", 128, decoder=False
    ),
    "input size and kernels": network(KERNELS[:4] + UNPADDED[:4], "output: [48, 48, 3]", "any 40..200"),
}


def by_constraint(design: Design) -> list[Values]:
    """python-constraint2, asking a plan whether everything fits."""
    import constraint

    steps, targets, found = steps_of(design), targets_of(design, {}), constraint.Problem()
    values = {each.name: each.values for step in steps for each in step.unknowns}
    for name, each in values.items():
        found.addVariable(name, range(len(each)))

    def fits(*picks: int) -> bool:
        now = dict(zip(values, picks, strict=True))
        known = planned(design, steps, [tuple(now[each.name] for each in step.unknowns) for step in steps])
        return not known.errors and meets(known, targets)

    found.addConstraint(fits, [*values])
    return [tuple((name, values[name][each[name]]) for name in values) for each in found.getSolutions()]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def small_problems(wanted: int, draw: random.Random) -> None:
    """All solutions of random chains: the same sets, and how long each way takes of lamella's time."""
    ways: dict[str, Callable[[Design], Any]] = {
        "lamella": lambda design: [tuple(each.values.items()) for each in solved(design, {}, None).solutions],
        "trying all": lambda design: [tuple(values.items()) for values, _ in by_trying(design)],
    }
    if installed("ortools", "OR-tools' CP-SAT"):
        ways["CP-SAT"] = lambda design: Chain(design).every()
    if installed("constraint", "python-constraint2"):
        ways["python-constraint"] = by_constraint
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    solutions = done = 0
    while done < wanted:
        try:
            design = small(draw)
        except DesignError:
            continue  # nothing open
        done += 1
        times: dict[str, list[float]] = {name: [] for name in ways}
        sets = {}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                took, found = timed(lambda way=way, design=design: way(design))
                times[name].append(took)
                sets[name] = sorted(tuple(sorted(each)) for each in found)
        for name, found in sets.items():
            if found != sets["lamella"]:
                apart = {*found} ^ {*sets["lamella"]}
                sys.exit(f"{name} differs by {apart}: {design.nodes} {design.expect}")
        solutions += len(sets["lamella"])
        for name, each in times.items():
            seconds[name].append(median(each))
    print(f"{done} small problems, {solutions} solutions, the same sets; medians of {ROUNDS} turns")
    own = seconds["lamella"]
    for name, found in seconds.items():
        ratios = [each / mine for each, mine in zip(found, own, strict=True)]
        print(
            f"| {name} | {median(found) * 1000:.1f} ms | {median(ratios):.1f}x | {sum(found) / sum(own):.1f}x in all |"
        )


def networks() -> None:
    """The ten best of each network: equal costs, in one process and as a process from cold."""
    with_library = installed("ortools", "OR-tools' CP-SAT")
    print("| network | lamella | CP-SAT | ratio | solutions given | process from cold |\n|---|---|---|---|---|---|")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in NETWORKS.items():
            design, path = yaml_file.read(text.encode(), "network"), Path(folder, "network.yaml")
            path.write_text(text)
            command = [sys.executable, "-m", "lamella", "solve", str(path), "--json"]
            own, other, cold = [], [], []
            for _ in range(ROUNDS):
                took, found = timed(lambda design=design: solved(design, {}, 10))
                own.append(took)
                cold.append(timed(lambda command=command: subprocess.run(command, check=True, capture_output=True))[0])
                if with_library and len(other) < (1 if other and other[0] > SECONDS else ROUNDS):
                    took, best = timed(lambda design=design: Chain(design).best(10))
                    other.append(took)
            costs = [each.cost[:2] for each in found.solutions]
            same = not with_library or best == costs[: len(best)]
            if found.complete and not same:
                sys.exit(f"CP-SAT differs: {best} {costs}: {text}")
            given = (
                f"{len(costs)}" if found.complete else f"{len(costs)}, gave up{'' if same else ', CP-SAT has better'}"
            )
            if with_library and len(best) < len(costs):
                given += f", CP-SAT {len(best)} in {SECONDS:.0f} s"
            beside = f"{median(other):.2f} s | {median(other) / median(own):.0f}x" if other else "- | -"
            print(f"| {name} | {median(own):.3f} s | {beside} | {given} | {median(cold):.2f} s |", flush=True)
            slowest = max(slowest, median(cold))
    print(f"The slowest process from cold: {slowest:.2f} s (to be under 2)")


def installed(module: str, name: str) -> bool:
    found = importlib.util.find_spec(module) is not None
    if not found:
        print(f"{name} is not installed and left out")
    return found


def main(wanted: int, seed: int) -> None:
    print(f"seed {seed}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"CP-SAT is told of sizes, parameters and flaws; {CANNOT}")
    small_problems(wanted, random.Random(seed))
    networks()
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    number, start = [*map(int, sys.argv[1:]), *[40, random.randrange(10**6)][len(sys.argv) - 1 :]]
    main(number, start)
