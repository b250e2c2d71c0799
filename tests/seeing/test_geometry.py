"""How often places are used, against windows that are laid down one by one; pictures say the same."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from lamella import Model
from lamella.layers import Conv1D, Conv2D, Conv2DTranspose, Dense, Input, UpSampling2D
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.seeing.geometry import geometry


@given(st.integers(3, 60), st.integers(1, 7), st.integers(1, 5), st.sampled_from(["valid", "same"]))
def test_uses(size, kernel, stride, padding):
    if kernel > size:
        return
    x = Input((size, 2))
    plan = Model(x, Conv1D(3, kernel, stride, padding)(x)).plan()
    (axis,) = geometry(plan, plan.rows[-1])
    outputs = (size - kernel) // stride + 1 if padding == "valid" else -(-size // stride)
    total = max(0, (outputs - 1) * stride + kernel - size) if padding == "same" else 0
    used = [0] * size
    for output in range(outputs):
        for place in range(output * stride - total // 2, output * stride - total // 2 + kernel):
            if 0 <= place < size:
                used[place] += 1
    assert list(axis.used) == used
    assert (axis.before, axis.after, axis.outputs) == (total // 2, total - total // 2, outputs)
    text = geometry_text([axis], "en")
    assert (f"{len(axis.unseen)} used by no output" in text) == bool(axis.unseen)
    assert all(len(line) < 160 for line in text.splitlines())


def picture(layer, *sizes):
    x = Input((*sizes, 1))
    plan = Model(x, layer(x)).plan()
    row = plan.rows[-1]
    return ElementTree.fromstring(geometry_svg(plan, row, geometry(plan, row), "ko"))


def classes(svg):
    return [each.get("class", "").split()[0] for each in svg.iter() if each.get("class")]


def test_a_picture_has_every_place_once():
    found = classes(picture(Conv2D(1, 3, 2, "same"), 7, 8))
    assert found.count("place") == 56
    assert found.count("padding") == 9 * 9 - 56
    assert found.count("window") == 3
    assert found.count("lost") == 0


def test_places_that_no_window_sees_are_crossed():
    assert classes(picture(Conv2D(1, 5, 5), 12, 12)).count("lost") == 144 - 100


def test_counts_in_a_picture_are_products_of_both_axes():
    svg = picture(Conv2DTranspose(1, 3, 2), 3, 3)
    numbers = [each.text for each in svg.iter() if each.get("class") == "count" and float(each.get("y")) > 40]
    assert numbers.count("9") == 9


def test_layers_without_places_have_none():
    x = Input((4, 4, 1))
    plan = Model(x, Dense(2)(UpSampling2D(2)(x))).plan()
    assert geometry(plan, plan.rows[-1]) is None
    assert [axis.outputs for axis in geometry(plan, plan.rows[1])] == [8, 8]
    assert re.search("height, width: 4 → 8", geometry_text(geometry(plan, plan.rows[1]), "en"))
