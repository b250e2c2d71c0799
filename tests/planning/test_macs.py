"""MACs against a literal count: the loops of each layer, every multiply-add counted one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.errors import DesignError
from lamella.layers import Conv2D, Conv2DTranspose, Dense, Input

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
