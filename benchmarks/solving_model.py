"""A chain of layers as constraints for OR-tools' CP-SAT, for benchmarks/solving.py.

It knows convolutions, pooling, upsampling and layers that keep the shape: sizes, parameters, flaws as lamella counts
them, and receptive fields where nothing is scaled up. It has no other layers, no branches, no open padding, no
memory, no receptive fields through upsampling, and no multiply-adds, so that ties are in another order.
"""

from __future__ import annotations

import importlib
import os
import time
from typing import Any, NamedTuple

from lamella.design import INPUT, Design
from lamella.planning.expectations import bound_of
from lamella.solving.unknowns import steps_of

SECONDS = 60.0
"""So long a search may take."""

Values = tuple[tuple[str, Any], ...]
"""What was open, by its name, with the value it got."""


class Amount(NamedTuple):
    """A number in the model: what CP-SAT adds up, and the least and most that it can be."""

    term: Any
    low: int
    high: int


class Chain:
    """A chain of layers as constraints over whole numbers."""

    def __init__(self, design: Design) -> None:
        self.cp: Any = importlib.import_module("ortools.sat.python.cp_model")
        self.model = self.cp.CpModel()
        self.open: dict[str, Any] = {}
        self.params, self.flaws = Amount(0, 0, 0), Amount(0, 0, 0)
        self.field, self.jump = Amount(1, 1, 1), Amount(1, 1, 1)
        self.shape: list[Amount] = []
        for step in steps_of(design):
            named = {each.name.partition(".")[2]: each for each in step.unknowns}
            self._add(step.node.type, dict(step.node.arguments), named, step.node.name)
        self._targets(design)

    def _add(self, kind: str, arguments: dict[str, Any], unknowns: dict[str, Any], node: str) -> None:
        def read(name: str, default: Any = 1) -> Amount:
            if name not in unknowns:
                found = default if arguments.get(name) is None else arguments[name]
                return self._number(found[0] if isinstance(found, tuple) else found)
            values = unknowns[name].values
            made = self.model.NewIntVarFromDomain(self.cp.Domain.FromValues(values), f"{node}.{name}")
            self.open[f"{node}.{name}"] = made
            return Amount(made, min(values), max(values))

        if kind == INPUT:
            shape = arguments["shape"]
            self.shape = [
                read(f"shape[{axis}]") if f"shape[{axis}]" in unknowns else self._number(size)
                for axis, size in enumerate(shape)
            ]
        elif kind == "UpSampling2D":
            size = read("size", 2)
            self.shape = [*(self._times(each, size) for each in self.shape[:2]), self.shape[2]]
        elif kind == "BatchNormalization":
            self.params = self._plus(self.params, self._times(self._number(4), self.shape[2]))
        elif kind == "Conv2D":
            kernel, channels, filters = read("kernel_size"), self.shape[2], read("filters")
            if kernel.low < kernel.high:
                even = self._between(0, 1)
                self.model.AddModuloEquality(even.term, self._plus(kernel, self._number(1)).term, 2)
                self.flaws = self._plus(self.flaws, even)
            elif kernel.low % 2 == 0:
                self.flaws = self._plus(self.flaws, self._number(1))
            self._slide(kernel, read("strides"), read("dilation_rate"), arguments.get("padding") == "same")
            one = self._plus(self._times(self._times(kernel, kernel), channels), self._number(1))
            self.params = self._plus(self.params, self._times(one, filters))
            self.shape = [*self.shape[:2], filters]
        elif kind == "MaxPooling2D":
            kernel = read("pool_size", 2)
            strides = read("strides") if arguments.get("strides") is not None else kernel
            self._slide(kernel, strides, self._number(1), arguments.get("padding") == "same")
        elif kind != "Activation":
            raise ValueError(f"no model of {kind}")

    def _slide(self, kernel: Amount, strides: Amount, rate: Amount, same: bool) -> None:
        """Windows over both places; places that none sees are a flaw, a stride beside a dilation is not allowed."""
        if strides.high > 1 and rate.high > 1:
            one = self.model.NewBoolVar("")
            self.model.Add(strides.term == 1).OnlyEnforceIf(one)
            self.model.Add(rate.term == 1).OnlyEnforceIf(one.Not())
        reach = self._times(self._less(kernel, 1), rate)
        places, lost = [], []
        skips = self._true(strides, kernel)
        for size in self.shape[:2]:
            room = self._less(size, 1) if same else self._over(self._less(size, 1), reach)
            steps = self._divided(room, strides)
            places.append(self._plus(steps, self._number(1)))
            if same:  # with a window smaller than the step something is left out unless it is all there is
                lost.append(self._both(skips, self._true(size, kernel)))
            else:
                rest = self._over(room, self._times(steps, strides))
                lost += [self._true(rest, self._number(0)), self._both(skips, self._true(steps, self._number(0)))]
        some = self._between(0, 1)
        self.model.AddMaxEquality(some.term, [each.term for each in lost])
        self.flaws = self._plus(self.flaws, some)
        self.field = self._plus(self.field, self._times(reach, self.jump))
        self.jump = self._times(self.jump, strides)
        self.shape = [*places, self.shape[2]]

    def _targets(self, design: Design) -> None:
        for word, expected in design.expect.items():
            if word == "output":
                assert isinstance(expected, list)
                for each, size in zip(self.shape, expected, strict=True):
                    self.model.Add(each.term == size)
                continue
            bound, amount = bound_of(expected), {"params": self.params, "receptive_field": self.field}[word]
            assert bound is not None
            low = int(bound.limit) if bound.sign in (">=", "==") else 0
            high = int(bound.limit) if bound.sign in ("<=", "==") else 10**12
            self.model.AddLinearConstraint(amount.term, low, high)

    def every(self) -> list[Values]:
        """All solutions."""
        found: list[Values] = []
        names = self.open

        class Gather(self.cp.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                found.append(tuple((name, self.Value(each)) for name, each in names.items()))

        solver = self._solver(1)
        solver.parameters.enumerate_all_solutions = True
        solver.Solve(self.model, Gather())
        return found

    def best(self, count: int) -> list[tuple[int, int]]:
        """Flaws and parameters of the best, each found by forbidding those before it; fewer where time is over."""
        found: list[tuple[int, int]] = []
        self.model.Minimize(self.flaws.term * (self.params.high + 1) + self.params.term)
        ends = time.monotonic() + SECONDS
        while len(found) < count:
            solver = self._solver(os.cpu_count() or 1)
            solver.parameters.max_time_in_seconds = max(0.1, ends - time.monotonic())
            if solver.Solve(self.model) != self.cp.OPTIMAL:
                break
            found.append((solver.Value(self.flaws.term), solver.Value(self.params.term)))
            picked = [solver.Value(each) for each in self.open.values()]
            self.model.AddForbiddenAssignments([*self.open.values()], [picked])
        return found

    def _solver(self, workers: int) -> Any:
        solver = self.cp.CpSolver()
        solver.parameters.num_workers, solver.parameters.max_time_in_seconds = workers, SECONDS
        return solver

    def _number(self, value: int) -> Amount:
        return Amount(self.model.NewConstant(value), value, value)

    def _between(self, low: int, high: int) -> Amount:
        return Amount(self.model.NewIntVar(low, high, ""), low, high)

    def _plus(self, one: Amount, other: Amount) -> Amount:
        return Amount(one.term + other.term, one.low + other.low, one.high + other.high)

    def _less(self, one: Amount, number: int) -> Amount:
        return Amount(one.term - number, one.low - number, one.high - number)

    def _over(self, one: Amount, other: Amount) -> Amount:
        """The difference, which must not be negative."""
        made = self._between(0, max(0, one.high - other.low))
        self.model.Add(made.term == one.term - other.term)
        return made

    def _times(self, one: Amount, other: Amount) -> Amount:
        for constant, each in ((one, other), (other, one)):
            if constant.low == constant.high:
                return Amount(constant.low * each.term, constant.low * each.low, constant.low * each.high)
        made = self._between(one.low * other.low, one.high * other.high)
        self.model.AddMultiplicationEquality(made.term, [one.term, other.term])
        return made

    def _divided(self, one: Amount, other: Amount) -> Amount:
        if other.high == 1:
            return one
        made = self._between(0, one.high // other.low)
        self.model.AddDivisionEquality(made.term, one.term, other.term)
        return made

    def _true(self, one: Amount, other: Amount) -> Amount:
        """1 where one is greater than the other, else 0."""
        made = self._between(0, 1)
        is_so = self.model.NewBoolVar("")
        self.model.Add(one.term > other.term).OnlyEnforceIf(is_so)
        self.model.Add(one.term <= other.term).OnlyEnforceIf(is_so.Not())
        self.model.Add(made.term == is_so)
        return made

    def _both(self, one: Amount, other: Amount) -> Amount:
        made = self._between(0, 1)
        self.model.AddMinEquality(made.term, [one.term, other.term])
        return made
