"""MACs against a literal count: the loops of each layer, every multiply-add counted one by one."""

from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.errors import DesignError
from lamella.layers import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    Dense,
    DepthwiseConv1D,
    DepthwiseConv2D,
    Input,
    SeparableConv1D,
    SeparableConv2D,
)

SMALL = settings(max_examples=150, derandomize=True, deadline=None)
SIZES = st.integers(1, 7)
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))


def planned(layer, shape):
    x = Input(shape)
    return Model(x, layer(x)).plan().rows[-1]


@SMALL
@given(
    SIZES, SIZES, st.integers(1, 3), st.integers(1, 2), PAIR, PAIR, st.sampled_from(["valid", "same"]), st.booleans()
)
def test_convolution(height, width, group_channels, groups, kernel, strides, padding, bias):
    channels, filters = group_channels * groups, 2 * groups
    layer = Conv2D(filters, kernel, strides, padding, groups=groups, use_bias=bias)
    try:
        row = planned(layer, (height, width, channels))
    except DesignError:
        assert padding == "valid"
        assert kernel[0] > height or kernel[1] > width
        return
    count = 0
    positions = [
        range(0, size if padding == "same" else size - k + 1, s) for size, k, s in zip((height, width), kernel, strides)
    ]
    for _ in positions[0]:
        for _ in positions[1]:
            for output in range(filters):
                for _ in range(kernel[0] * kernel[1]):
                    for channel in range(channels):
                        count += channel // group_channels == output // 2
    assert row.macs == count


@SMALL
@given(SIZES, SIZES, st.integers(1, 3), st.integers(1, 3), PAIR, PAIR, st.sampled_from(["valid", "same"]))
def test_transposed_convolution(height, width, channels, filters, kernel, strides, padding):
    row = planned(Conv2DTranspose(filters, kernel, strides, padding), (height, width, channels))
    count = 0
    for _ in range(height * width):
        for _ in range(channels):
            for _ in range(kernel[0] * kernel[1]):
                count += filters
    assert row.macs == count


@SMALL
@given(st.lists(SIZES, min_size=1, max_size=3), st.integers(1, 5))
def test_dense(shape, units):
    row = planned(Dense(units), tuple(shape))
    count, sums = 0, 1
    for size in shape[:-1]:
        sums *= size
    for _ in range(sums * units):
        for _ in range(shape[-1]):
            count += 1
    assert row.macs == count


def places(sizes, kernel, strides, padding):
    """Where windows stand: every stride-th place, all of them or those where the whole window fits."""
    return product(
        *(
            range(0, size - k + 1 if padding == "valid" else size, s)
            for size, k, s in zip(sizes, kernel, strides, strict=True)
        )
    )


PADDINGS = st.sampled_from(["valid", "same"])


@pytest.mark.parametrize(("layer_type", "rank"), [(Conv1D, 1), (Conv3D, 3)])
def test_convolution_in_other_ranks(layer_type, rank):
    each = st.tuples(*[st.integers(1, 3)] * rank)

    @settings(max_examples=60, derandomize=True, deadline=None)
    @given(st.tuples(*[st.integers(3, 5)] * rank), each, each, st.integers(1, 3), st.integers(1, 3), PADDINGS)
    def counted(sizes, kernel, strides, channels, filters, padding):
        padding = "causal" if rank == 1 and padding == "same" and channels == 2 else padding
        row = planned(layer_type(filters, kernel, strides, padding), (*sizes, channels))
        count = 0
        for _ in places(sizes, kernel, strides, padding):
            for _ in product(*map(range, kernel)):
                for _ in product(range(channels), range(filters)):
                    count += 1
        assert row.macs == count

    counted()


@pytest.mark.parametrize(("layer_type", "rank"), [(Conv1DTranspose, 1), (Conv3DTranspose, 3)])
def test_transposed_convolution_in_other_ranks(layer_type, rank):
    each = st.tuples(*[st.integers(1, 3)] * rank)

    @settings(max_examples=60, derandomize=True, deadline=None)
    @given(each, each, each, st.integers(1, 3), st.integers(1, 3), PADDINGS)
    def counted(sizes, kernel, strides, channels, filters, padding):
        row = planned(layer_type(filters, kernel, strides, padding), (*sizes, channels))
        count = 0
        for _ in product(*map(range, sizes)):
            for _ in product(*map(range, kernel)):
                count += len(list(product(range(channels), range(filters))))
        assert row.macs == count

    counted()


@pytest.mark.parametrize(
    ("depthwise", "separable", "rank"), [(DepthwiseConv1D, SeparableConv1D, 1), (DepthwiseConv2D, SeparableConv2D, 2)]
)
def test_by_channel(depthwise, separable, rank):
    each = st.tuples(*[st.integers(1, 3)] * rank)

    @settings(max_examples=100, derandomize=True, deadline=None)
    @given(
        st.tuples(*[st.integers(3, 6)] * rank),
        each,
        st.integers(1, 2),
        st.integers(1, 3),
        st.integers(1, 2),
        st.integers(1, 3),
        PADDINGS,
    )
    def counted(sizes, kernel, stride, channels, multiplier, filters, padding):
        shape, first, second = (*sizes, channels), 0, 0
        for _ in places(sizes, kernel, [stride] * rank, padding):
            for _ in product(range(channels), range(multiplier)):
                for _ in product(*map(range, kernel)):
                    first += 1
                for _ in range(filters):
                    second += 1
        assert planned(depthwise(kernel, stride, padding, multiplier), shape).macs == first
        row = planned(separable(filters, kernel, stride, padding, depth_multiplier=multiplier), shape)
        assert row.macs == first + second
        terms = row.layer.work((("B", *shape),), row.output_shape)
        assert [(each.what, prod(each.factors)) for each in terms] == [("depthwise", first), ("pointwise", second)]

    counted()
