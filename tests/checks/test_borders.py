"""What windows leave out, against literal loops over every window; how often kernels overlap, by writing them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamella import Model
from lamella.checks.borders import Gaps, LostEnd, WeakBorder, _reached
from lamella.checks.transposing import Checkerboard, overlaps
from lamella.layers import Conv1D, Conv2D, Conv2DTranspose, Input, MaxPooling1D


def seen_by_windows(size: int, kernel: int, stride: int, dilation: int, padding: str) -> set[int]:
    """Every place that a window covers, the windows laid down one by one."""
    extent = dilation * (kernel - 1) + 1
    if padding == "same":
        count = -(-size // stride)
        start = -(max(0, (count - 1) * stride + extent - size) // 2)
    else:
        count, start = (size - extent) // stride + 1, 0
    return {start + out * stride + tap * dilation for out in range(count) for tap in range(kernel)} & {*range(size)}


@given(st.integers(8, 40), st.integers(1, 5), st.integers(1, 6), st.integers(1, 3), st.sampled_from(["valid", "same"]))
def test_what_no_window_sees(size: int, kernel: int, stride: int, dilation: int, padding: str) -> None:
    if (dilation > 1 and stride > 1) or dilation * (kernel - 1) >= size:
        return
    x = Input((size, 2))
    known = Model(x, Conv1D(3, kernel, stride, padding, dilation_rate=dilation)(x)).plan()
    seen = seen_by_windows(size, kernel, stride, dilation, padding)
    gaps = [each for each in range(max(seen)) if each not in seen]
    end = size - 1 - max(seen)
    (*found,) = (each.facts["places"].facts["count"] for each in Gaps().find(known))
    assert found == ([len(gaps) + end] if gaps else [])
    (*lost,) = LostEnd().find(known)
    assert [each.facts["pixels"] for each in lost] == ([end] if end and not gaps else [])
    for each in lost:
        for fitting in (*map(int, each.facts["fits"]), size + each.facts["missing"]):
            assert seen_by_windows(fitting, kernel, stride, dilation, padding) == {*range(fitting)}


@given(
    st.tuples(st.integers(6, 20), st.integers(6, 20)),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.integers(1, 5),
)
def test_what_no_window_sees_of_a_picture_is_said_once(
    sizes: tuple[int, int], kernel: tuple[int, int], stride: int
) -> None:
    x = Input((*sizes, 2))
    known = Model(x, Conv2D(3, kernel, stride)(x)).plan()
    tall, wide = (seen_by_windows(size, each, stride, 1, "valid") for size, each in zip(sizes, kernel, strict=True))
    for kind, gaps in ((LostEnd, False), (Gaps, True)):
        (*found,) = kind().find(known)
        ways = [len(seen) <= max(seen) for seen in (tall, wide)]
        lost = [len(seen) < size and way == gaps for seen, size, way in zip((tall, wide), sizes, ways, strict=True)]
        assert len(found) == any(lost)
        if found and not gaps and not any(ways):
            assert found[0].facts["pixels"] == sizes[0] * sizes[1] - len(tall) * len(wide)


def test_what_another_branch_sees_is_not_lost() -> None:
    x = Input((9, 2))
    first, second = Conv1D(2, 1, 2)(x), MaxPooling1D(3, 2, "same")(x)
    assert not [*Gaps().find(Model(x, [first, second]).plan())]
    assert [each.facts["places"].facts["count"] for each in Gaps().find(Model(x, first).plan())] == [4]


@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4))
def test_overlaps(kernel: int, stride: int, dilation: int) -> None:
    written = [0] * (stride * 60)
    for place, tap in product(range(50), range(kernel)):
        if (at := place * stride + tap * dilation) < len(written):
            written[at] += 1
    middle = kernel * dilation + stride
    start = -(-middle // stride) * stride
    assert tuple(written[start : start + stride]) == overlaps(kernel, stride, dilation)


@pytest.mark.parametrize("kernel", [(3, 4), (4, 3), (2, 2), (5, 5), (1, 2)])
def test_checkerboard_counts(kernel: tuple[int, int]) -> None:
    x = Input((6, 6, 1))
    found = [*Checkerboard().find(Model(x, Conv2DTranspose(1, kernel, 2)(x)).plan())]
    counts = {tall * wide for tall in overlaps(kernel[0], 2) for wide in overlaps(kernel[1], 2)}
    assert [each.facts["counts"] for each in found] == ([sorted(counts)] if len(counts) > 1 else [])


@given(st.tuples(st.integers(5, 12), st.integers(5, 12)), st.tuples(st.integers(1, 5), st.integers(2, 5)))
def test_weak_borders(sizes: tuple[int, int], kernel: tuple[int, int]) -> None:
    x = Input((*sizes, 1))
    y = Conv2DTranspose(1, kernel)(Conv2D(2, kernel)(x))
    y = Conv2D(1, 2, 2, "same")(Conv2DTranspose(1, 2, 2)(y))
    (found,) = WeakBorder().find(Model(x, y).plan())
    used = dict.fromkeys(product(range(sizes[0]), range(sizes[1])), 0)
    for top, left in product(range(sizes[0] - kernel[0] + 1), range(sizes[1] - kernel[1] + 1)):
        for row, column in product(range(kernel[0]), range(kernel[1])):
            used[top + row, left + column] += 1
    most = max(used.values())
    assert found.facts["middle"] == most
    assert found.facts["corner"] == used[0, 0]
    assert found.facts["count"] == sum(each < most for each in used.values())


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), min_size=1, max_size=5))
def test_positions_seen_by_several_readers(parts: list[tuple[int, int]]) -> None:
    ranges = [range(start, start + length) for start, length in parts]
    whole = {place for each in ranges for place in each}
    assert _reached(ranges) == _reached([{*each} for each in ranges]) == (max(whole, default=-1), len(whole))


def test_a_checkerboard_says_or_in_korean() -> None:
    x = Input((8, 8, 4))
    (found,) = Checkerboard().find(Model(x, Conv2DTranspose(2, 3, 2)(x)).plan())
    assert "kernel_size (2, 2) or (4, 4)" in found.text("en")
    assert "(2, 2) 또는 (4, 4)" in found.text("ko")
