"""What a bias before batch normalization is, and what mending it leaves of a file."""

from __future__ import annotations

import pytest

from lamella import answers

_CONV = "{name: a, filters: 4, kernel_size: 3, padding: same}"


@pytest.mark.parametrize(
    "behind",
    [
        "  - BatchNormalization: {trainable: false}\n",
        "  - BatchNormalization: {name: n}\n"
        "  - Conv2D: {filters: 4, kernel_size: 3}\n  - BatchNormalization: {shares: n}\n",
    ],
)
def test_a_normalization_that_does_not_subtract_this_mean_keeps_the_bias(tmp_path, behind):
    file = tmp_path / "design.yaml"
    file.write_text(f"input: [8, 8, 1]\nlayers:\n  - Conv2D: {_CONV}\n{behind}")
    assert not [found for found in answers.check(file) if found.code == "LAM341"]


def test_layers_that_share_an_anchor_are_mended_together(tmp_path):
    file = tmp_path / "design.yaml"
    text = "input: [8, 8, 1]\nlayers:\n  - Conv2D: &a {filters: 4}\n  - BatchNormalization\n"
    text += "  - Conv2D: *a\n  - BatchNormalization\n"
    file.write_text(text.replace("filters: 4", "filters: 4, kernel_size: 3"))
    assert answers.fix(file) == 2
    assert file.read_text() == text.replace("filters: 4", "use_bias: false, filters: 4, kernel_size: 3")
