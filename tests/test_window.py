"""Window arithmetic against literal loops over all small sizes, kernels, strides, dilations and paddings."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import gcd

import pytest

from lamella.window import (
    IDENTITY,
    Map,
    Resampling,
    Shares,
    TransposedWindow,
    Window,
    same_padding,
    transposed_before,
    transposed_output,
    window_output,
)

KERNELS, STRIDES, DILATIONS = range(1, 5), range(1, 5), range(1, 4)
SIZES = range(1, 13)
GEOMETRY = list(product(KERNELS, STRIDES, DILATIONS))
every_geometry = pytest.mark.parametrize(("kernel", "stride", "dilation"), GEOMETRY)


def placed(size: int, kernel: int, stride: int, dilation: int, before: int = 0, after: int = 0) -> list[list[int]]:
    """The input indices under each place where a window fits, moved one stride at a time."""
    found, first = [], -before
    while first + dilation * (kernel - 1) < size + after:
        found.append([first + dilation * tap for tap in range(kernel)])
        first += stride
    return found


def least_padding(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """The least padding, the odd one after, with which a window stands at every stride-th input."""
    wanted = len(range(0, size, stride))
    before = after = 0
    while len(placed(size, kernel, stride, dilation, before, after)) < wanted:
        before, after = (before, after + 1) if before == after else (before + 1, after)
    return before, after


def written(size: int, kernel: int, stride: int, dilation: int) -> dict[int, set[int]]:
    """Output index -> the inputs that write to it, where each input writes a whole kernel."""
    found: dict[int, set[int]] = {}
    for index, tap in product(range(size), range(kernel)):
        found.setdefault(index * stride + tap * dilation, set()).add(index)
    return found


def maps(kernel: int, stride: int, dilation: int) -> list[Map]:
    befores = (-2, 0, 1, 3)
    return [kind(kernel, stride, dilation, before) for kind in (Window, TransposedWindow) for before in befores]


@every_geometry
def test_window_sizes(kernel: int, stride: int, dilation: int) -> None:
    for size in SIZES:
        places = placed(size, kernel, stride, dilation)
        assert max(window_output(size, kernel, stride, "valid", dilation), 0) == len(places)
        before, after = same_padding(size, kernel, stride, dilation)
        same = placed(size, kernel, stride, dilation, before, after)
        assert window_output(size, kernel, stride, "same", dilation) == len(same) == len(range(0, size, stride))


@every_geometry
def test_same_padding_is_the_least(kernel: int, stride: int, dilation: int) -> None:
    for size in SIZES:
        assert same_padding(size, kernel, stride, dilation) == least_padding(size, kernel, stride, dilation)


@every_geometry
def test_inputs_of_a_window(kernel: int, stride: int, dilation: int) -> None:
    for size in SIZES:
        before, after = same_padding(size, kernel, stride, dilation)
        window = Window(kernel, stride, dilation, before)
        places = placed(size, kernel, stride, dilation, before, after)
        assert [list(window.inputs(output)) for output in range(len(places))] == places


@every_geometry
def test_transposed_sizes(kernel: int, stride: int, dilation: int) -> None:
    """ "valid": all that is written, and at least a stride for each input; with output_padding so many more."""
    for size in SIZES:
        last = max(written(size, kernel, stride, dilation))
        assert transposed_output(size, kernel, stride, "valid", None, dilation) == max(last + 1, size * stride)
        assert transposed_output(size, kernel, stride, "same", None, dilation) == size * stride
        for extra in range(stride):
            assert transposed_output(size, kernel, stride, "valid", extra, dilation) == last + 1 + extra
            odd = (dilation * (kernel - 1) + 1) % 2
            assert transposed_output(size, kernel, stride, "same", extra, dilation) == (size - 1) * stride + odd + extra


@every_geometry
def test_transposing_goes_back_to_the_size(kernel: int, stride: int, dilation: int) -> None:
    """A convolution with the same arguments gives the input's size back from every output that Keras can run."""
    for size, padding in product(SIZES, ("valid", "same")):
        for extra in (None, *range(stride)):
            output = transposed_output(size, kernel, stride, padding, extra, dilation)
            even = dilation * (kernel - 1) % 2
            if padding == "same" and extra == 0 and even:
                continue
            assert window_output(output, kernel, stride, padding, dilation) == size


@every_geometry
def test_inputs_of_a_transposed_window(kernel: int, stride: int, dilation: int) -> None:
    """Output o sees input i exactly where a convolution of the output puts o under its window i."""
    for size, padding, extra in product(SIZES, ("valid", "same"), (None, stride - 1)):
        output = transposed_output(size, kernel, stride, padding, extra, dilation)
        if window_output(output, kernel, stride, padding, dilation) != size:
            continue
        cut = transposed_before(size, kernel, stride, padding, output, dilation)
        ends = same_padding(output, kernel, stride, dilation) if padding == "same" else (0, 0)
        assert cut == ends[0]
        places = placed(output, kernel, stride, dilation, *ends)[:size]
        window = TransposedWindow(kernel, stride, dilation, cut)
        for unit in range(output):
            expected = [index for index, place in enumerate(places) if unit in place]
            assert [index for index in window.inputs(unit) if 0 <= index < size] == expected


@every_geometry
def test_inputs_of_a_transposed_window_without_ends(kernel: int, stride: int, dilation: int) -> None:
    writers = written(60, kernel, stride, dilation)
    for before in (0, 2):
        window = TransposedWindow(kernel, stride, dilation, before)
        for unit in range(20 * stride, 30 * stride):
            assert list(window.inputs(unit)) == sorted(writers.get(unit + before, ()))


@every_geometry
def test_patterns_repeat_after_their_period(kernel: int, stride: int, dilation: int) -> None:
    for window, output in product(maps(kernel, stride, dilation), range(-6, 12)):
        later = [index - window.step for index in window.inputs(output + window.period)]
        assert later == list(window.inputs(output))


@every_geometry
def test_unclipped_is_the_longest_run_of_whole_outputs(kernel: int, stride: int, dilation: int) -> None:
    """A window: all of its inputs lie inside. A transposed one: none of its inputs can lie outside, holes included."""
    for low, high in ((0, 9), (2, 7), (0, 2)):
        inside = range(low, high + 1)
        for window in maps(kernel, stride, dilation):
            reach = range(-60, 90)
            if isinstance(window, Window):
                whole = [unit for unit in reach if all(index in inside for index in window.inputs(unit))]
                expected = (min(whole), max(whole)) if whole else None
            else:
                outside = {*written_by(window, range(low - 60, low)), *written_by(window, range(high + 1, high + 60))}
                between = run_around(window, low, high, outside)
                expected = (between[0], between[-1]) if between else None
            first, last = window.unclipped(low, high)
            assert (None if first > last else (first, last)) == expected, (window, low, high)


def written_by(window: TransposedWindow, inputs: range) -> set[int]:
    taps = range(window.kernel)
    return {index * window.stride + tap * window.dilation - window.before for index, tap in product(inputs, taps)}


def run_around(window: TransposedWindow, low: int, high: int, outside: set[int]) -> list[int]:
    """The outputs behind the last that an earlier input writes and before the first that a later one writes."""
    first = max(written_by(window, range(low - 1, low))) + 1
    last = min(written_by(window, range(high + 1, high + 2))) - 1
    run = list(range(first, last + 1))
    assert not outside & set(run)
    return run


def test_identity_sees_itself() -> None:
    assert all(list(IDENTITY.inputs(unit)) == [unit] for unit in range(-3, 4))
    assert IDENTITY.unclipped(0, 8) == (0, 8)


def test_nearest_upsampling_is_a_transposed_window() -> None:
    for factor in range(1, 6):
        window = TransposedWindow(factor, factor)
        assert [list(window.inputs(unit)) for unit in range(-7, 12)] == [[unit // factor] for unit in range(-7, 12)]


RESAMPLINGS = [
    Resampling(step, period, radius, antialias)
    for step, period, radius, antialias in product(range(1, 8), range(1, 8), (0, 1, 2, 3, 5), (False, True))
    if gcd(step, period) == 1
]
SHARES = [Shares(step, period) for step, period in product(range(1, 10), range(1, 10)) if gcd(step, period) == 1]


@pytest.mark.parametrize("way", [*RESAMPLINGS, *SHARES])
def test_resampling_repeats_and_is_whole_inside(way: Resampling | Shares) -> None:
    """Behind one period the inputs have moved by the step; between the two ends nothing outside is seen."""
    for output in range(-5, 12):
        assert [each - way.step for each in way.inputs(output + way.period)] == list(way.inputs(output))
    for low, high in ((0, 11), (3, 30), (0, 0)):
        first, last = way.unclipped(low, high)
        for output in range(first, last + 1):
            assert low <= way.inputs(output)[0]
            assert way.inputs(output)[-1] <= high
        if isinstance(way, Shares):
            assert way.inputs(first - 1)[0] < low
            assert way.inputs(last + 1)[-1] > high


@pytest.mark.parametrize("way", SHARES)
def test_shares_cover_every_input(way: Shares) -> None:
    seen = [index for output in range(way.period) for index in way.inputs(output)]
    assert set(seen) == set(range(way.step))


@pytest.mark.parametrize("way", [each for each in RESAMPLINGS if each.radius])
def test_resampling_sees_what_is_near(way: Resampling) -> None:
    """Against distances in fractions; whole distances, in the unit of the weights, weigh nothing."""
    unit = max(Fraction(way.step, way.period), Fraction(1)) if way.antialias else Fraction(1)
    for output in range(-3, 2 * way.period):
        centre = Fraction(2 * output + 1, 2) * Fraction(way.step, way.period) - Fraction(1, 2)
        near = [index for index in range(-60, 90) if abs(index - centre) < way.radius * unit]
        weighing = [index for index in near if index == centre or (index - centre) / unit % 1]
        assert way.inputs(output) == weighing
