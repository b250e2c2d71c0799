"""Open sizes: what is planned in terms of H and W is what is planned for every number, and only for those that fit."""

from __future__ import annotations

import pytest

from lamella import Model
from lamella.algebra import Expression
from lamella.errors import LamellaError
from lamella.layers import (
    Add,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Reshape,
    UpSampling2D,
)


def chain(*layers):
    def network(x):
        for layer in layers:
            x = layer(x)
        return x

    return network


def unet(x):
    left = Conv2D(4, 3, padding="same")(x)
    deep = Conv2D(8, 3, padding="same")(MaxPooling2D()(MaxPooling2D()(left)))
    right = UpSampling2D()(Conv2DTranspose(4, 2, 2)(deep))
    return Conv2D(1, 1)(Concatenate()([left, right]))


def residual(x):
    y = Conv2D(4, 3, 2, padding="same")(x)
    return Add()([y, Conv2D(4, 1, 2)(x)])


NETWORKS = {
    "unet": unet,
    "residual": residual,
    "valid chain": chain(Conv2D(4, 5), MaxPooling2D(3, 2), Conv2D(2, 3, dilation_rate=2), MaxPooling2D(2)),
    "transposed": chain(Conv2D(4, 3, 3), Conv2DTranspose(2, 5, 2, padding="same"), Cropping2D(2)),
    "reshape": chain(Conv2D(12, 1), Reshape((-1, 6))),
    "pooled": chain(Conv2D(4, 3, 2), GlobalAveragePooling2D()),
    "flat": chain(MaxPooling2D(2), Flatten()),
    "odd skip": lambda x: Add()([Conv2D(1, 1)(x), UpSampling2D(2)(Conv2D(1, 2, 2)(x))]),
    "one size": lambda x: Add()([Conv2D(1, 3)(x), Conv2D(1, 2, 2)(x)]),
    "none": lambda x: Add()([Conv2D(1, 2)(x), Conv2D(1, 1)(x)]),
}


def fits(size, value):
    if size.only:
        return value in size.only
    return size.first is not None and value >= size.first and value % size.period in size.remainders


def at(value, sizes):
    return value.at(sizes) if isinstance(value, Expression) else value


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_agrees_with_the_plan_of_that_number(name):
    network = NETWORKS[name]
    x = Input((None, None, 3))
    planned = Model(x, network(x)).plan()
    height, width = planned.open_sizes
    assert (height.symbol, width.symbol, height.axis, width.axis) == ("H", "W", 1, 2)
    for sizes in [*((value, 24) for value in range(1, 41)), *((24, value) for value in range(1, 41))]:
        image = Input((*sizes, 3))
        try:
            plan = Model(image, network(image)).plan()
            works = not plan.errors
        except LamellaError:
            works = False
        assert works == (fits(height, sizes[0]) and fits(width, sizes[1]) and not missed(planned, sizes)), sizes
        if works:
            values = {"H": sizes[0], "W": sizes[1]}
            for row, known in zip(planned.rows, plan.rows, strict=True):
                assert tuple(at(each, values) for each in row.output_shape) == known.output_shape
                assert at(row.macs, values) == known.macs
                assert row.params == known.params
                assert at(row.activation_bytes, values) == known.activation_bytes
            assert at(planned.totals.macs, values) == plan.totals.macs


def missed(planned, sizes):
    """Whether an equality between both sizes does not hold; these networks have none but H = W."""
    assert [" = ".join(map(str, each)) for each in planned.relations] in ([], ["H = W"])
    return bool(planned.relations) and sizes[0] != sizes[1]


def test_what_fits_is_said():
    x = Input((None, None, 3))
    found = {name: Model(x, network(x)).plan().open_sizes[0] for name, network in NETWORKS.items()}
    assert (found["unet"].first, found["unet"].period, found["unet"].remainders) == (4, 4, (0,))
    assert (found["residual"].first, found["residual"].period) == (1, 1)
    assert (found["odd skip"].first, found["odd skip"].period, found["odd skip"].remainders) == (2, 2, (0,))
    assert found["none"].fits_none
    assert [each.key for each in Model(x, NETWORKS["none"](x)).plan().errors] == ["no size fits"] * 2
    assert found["one size"].only == (3, 4)


def test_a_second_input_has_symbols_of_its_own():
    x, y = Input((None, None, 3), name="x"), Input((None, 5, 3), name="y")
    plan = Model([x, y], Add()([x, y])).plan()
    assert [(each.symbol, each.input, each.axis) for each in plan.open_sizes] == [
        ("H", "x", 1),
        ("W", "x", 2),
        ("H2", "y", 1),
    ]
    assert [" = ".join(map(str, each)) for each in plan.relations] == ["H2 = H"]
    assert plan.open_sizes[1].only == (5,)


def test_channels_first_is_seen_from_the_shape():
    x = Input((3, None, None))
    plan = Model(x, Conv2D(2, 3, data_format="channels_first")(x)).plan()
    assert [each.symbol for each in plan.open_sizes] == ["H", "W"]


def test_the_text_says_the_sizes():
    lines = []
    x = Input((None, None, 3))
    Model(x, unet(x)).summary(print_fn=lines.append, language="en")
    assert "H: multiples of 4 from 4" in lines[0]
    assert "⌊H / 4⌋ × ⌊W / 4⌋ × 8" in lines[0]
