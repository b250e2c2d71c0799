"""Figures that findings and budgets give, against plans of the designs that they advise, and literal counts."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest

from lamella import answers
from lamella.checks.sizes import Unproductive, WideCode
from lamella.checks.transposing import Checkerboard
from lamella.checks.wasting import LargeDense
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read

SEEDS = pytest.mark.parametrize("seed", range(12))


def planned(text):
    return plan(read(text.encode(), "d.yaml"))


@SEEDS
def test_a_dense_layer_holds_what_is_said_and_its_alternatives_too(seed):
    random = Random(seed)
    size, channels, units = random.randint(12, 30), random.randint(8, 40), random.randint(60, 200)
    head = f"input: [{size}, {size + 3}, {channels}]\nlayers:\n"
    dense = f"  - Dense: {{units: {units}, use_bias: {random.choice(['true', 'false'])}}}\n"
    known = planned(head + "  - Flatten\n" + dense)
    (found,) = LargeDense().find(known)
    assert (found.facts["params"], found.facts["total"]) == (known.totals.params,) * 2
    assert found.facts["pooled"] == planned(head + "  - GlobalAveragePooling2D\n" + dense).totals.params
    assert found.facts["halved"] == planned(head + "  - MaxPooling2D\n  - Flatten\n" + dense).totals.params


@SEEDS
def test_a_code_is_too_wide_by_one_filter(seed):
    random = Random(seed)
    size, stride, channels = random.randint(2, 5), random.randint(2, 4), random.randint(1, 3)
    text = f"input: [{size * stride}, {size * stride}, {channels}]\nlayers:\n"
    text += f"  - Conv2D: {{filters: FILTERS, kernel_size: 3, strides: {stride}, padding: same}}\n"
    text += f"  - UpSampling2D: {{size: {stride}}}\n  - Conv2D: {{filters: {channels}, kernel_size: 1}}\n"
    (found,) = WideCode().find(planned(text.replace("FILTERS", str(channels * stride**2 + random.randint(0, 9)))))
    most = found.facts["most"]
    sizes, filters = -(-size // 2), int(found.facts["count"] / size**2)
    assert bool(found.facts["deeper"]) == (sizes**2 * filters < size**2 * stride**2 * channels)
    assert not [*WideCode().find(planned(text.replace("FILTERS", str(most))))]
    assert [*WideCode().find(planned(text.replace("FILTERS", str(most + 1))))]


@SEEDS
def test_a_checkerboard_has_the_counts_of_kernels_laid_down_one_by_one(seed):
    random = Random(seed)
    kernel, stride = ([random.randint(1, 6), random.randint(1, 6)], [random.randint(1, 4), random.randint(1, 4)])
    known = planned(
        "input: [9, 9, 2]\nlayers:\n"
        f"  - Conv2DTranspose: {{filters: 3, kernel_size: {kernel}, strides: {stride}, padding: valid}}\n"
    )
    written = Counter(
        (row * stride[0] + down, column * stride[1] + right)
        for row, column in product(range(9), repeat=2)
        for down, right in product(range(kernel[0]), range(kernel[1]))
    )
    inside = [range(max(kernel), 8 * step) for step in stride]
    counts = {written[place] for place in product(*inside)}
    found = [each.facts["counts"] for each in Checkerboard().find(known)]
    assert found == ([sorted(counts)] if len(counts) > 1 else [])


@SEEDS
def test_so_many_convolutions_reach_a_receptive_field_and_one_less_does_not(seed):
    random = Random(seed)
    down = "  - Conv2D: {filters: 2, kernel_size: KERNEL, strides: 2, padding: same}\n"
    downs = [down.replace("KERNEL", random.choice("35")) for _ in range(random.randint(1, 3))]
    more = "  - Conv2D: {filters: 2, kernel_size: 3, padding: same}\n"
    ups = "  - UpSampling2D\n" * len(downs) + more
    wanted = random.randint(70, 150)
    text = "input: [512, 512, 1]\nlayers:\n" + "".join(downs) + "MORE" + ups
    (found,) = (
        each
        for each in answers.check(
            read(text.replace("MORE", "").encode(), ""), expect={"receptive_field": f">= {wanted}"}
        )
        if each.code == "LAM030"
    )
    count = found.facts["suggestion"].facts["count"]
    for added, enough in ((count, True), (count - 1, False)):
        (field,) = planned(text.replace("MORE", more * added)).rows[-1].receptive_fields
        assert (min(field.max) >= wanted) == enough


@SEEDS
def test_layers_past_the_picture_are_so_by_every_way(seed):
    random = Random(seed)
    lines, kernels, reads = ["input: [5, 5, 2]", "layers:"], {"input": 1}, {"input": []}
    for place in range(14):
        before = ["input", *(f"c{each}" for each in range(place))]
        others = random.sample(before[:-1], k=min(len(before) - 1, random.randint(0, 1) * (place % 3 == 2)))
        if others:
            lines.append(f"  - Add: {{name: c{place}, from: [{before[-1]}, {others[0]}]}}")
            kernels[f"c{place}"], reads[f"c{place}"] = 1, [before[-1], *others]
        else:
            kernels[f"c{place}"], reads[f"c{place}"] = random.choice([1, 3, 3, 5]), [before[-1]]
            lines.append(
                f"  - Conv2D: {{name: c{place}, filters: 2, kernel_size: {kernels[f'c{place}']}, padding: same}}"
            )

    def ways(name):
        grown = kernels[name] - 1
        return [each + grown for one in reads[name] for each in ways(one)] or [1]

    past = [each for each in reads if kernels[each] > 1 and min(ways(reads[each][0])) >= 9]
    found = [*Unproductive().find(planned("\n".join(lines)))]
    assert [(each.facts["first"], each.facts["count"]) for each in found] == ([(past[0], len(past))] if past else [])


def test_what_holds_most_is_named():
    text = "input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 4, kernel_size: 3}\n  - Flatten\n  - Dense: {units: 9}\n"
    found = answers.check(read(text.encode(), ""), expect={"params": "<= 10", "macs": "< 5K"})
    assert [each.text() for each in found if each.code == "LAM030"] == [
        "params \"<= 10\" does not hold. The plan has 24,385. 'dense' (Dense) alone has 24,345.",
        "macs \"< 5K\" does not hold. The plan has 48,672. 'conv2d' (Conv2D) alone has 24,336.",
    ]
