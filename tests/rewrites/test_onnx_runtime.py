"""Which rewrites are made for ONNX Runtime: those that were measured to save time there (docs/performance.md)."""

from __future__ import annotations

import pytest

from lamella import answers
from lamella.rewrites import restoring_form
from lamella.sources import yaml_file

UPSAMPLED = (
    "input: [{0}, {0}, {1}]\nlayers:\n- UpSampling2D: {{}}\n- {2}: {{filters: {3}, kernel_size: 3, padding: same}}"
)
GROWS = (
    "input: [{0}, {0}, {1}]\nlayers:\n- Conv2DTranspose: {{filters: {2}, kernel_size: {3}, strides: 2, padding: same}}"
)


@pytest.mark.parametrize(
    ("text", "applied"),
    [
        # few filters leave most of a block of 16 empty, and there are few numbers to lay out
        (UPSAMPLED.format(14, 16, "Conv2D", 1), ["upsampled convolution"]),
        (UPSAMPLED.format(128, 32, "Conv2D", 3), ["upsampled convolution"]),
        (UPSAMPLED.format(14, 16, "Conv2D", 16), []),
        (UPSAMPLED.format(32, 64, "Conv2D", 64), []),
        (UPSAMPLED.format(14, 16, "Conv2DTranspose", 1), []),  # no blocks of filters there
        (GROWS.format(14, 16, 16, 3), []),
        (GROWS.format(32, 64, 32, 4), []),
        ("input: [64, 64, 32]\nlayers:\n- UpSampling2D: {}\n- Conv2D: {filters: 16, kernel_size: 1}",
         ["layer before upsampling"]),
        ("input: [64, 64, 16]\nlayers:\n- Conv2D: {filters: 32, kernel_size: 3, activation: relu}\n"
         "- MaxPooling2D: {}",
         []),
        ("input: [64, 64, 16]\nlayers:\n- Conv2D: {filters: 32, kernel_size: 3}\n"
         "- Conv2D: {filters: 16, kernel_size: 1}",
         ["joined linear layers"]),
    ],
)  # fmt: skip
def test_what_saves_time_is_made(text: str, applied: list[str]) -> None:
    design = yaml_file.read(text.encode(), "design")
    assert [each.rewrite.name for each in restoring_form(design).applied] == applied


def test_plan_shows_the_form_in_which_restoring_runs() -> None:
    design = yaml_file.read(UPSAMPLED.format(32, 64, "Conv2D", 64).encode(), "design")
    assert answers.rewrite(design, "restoring", engine="tensorflow").design == restoring_form(design).design
    assert [each.rewrite.name for each in answers.rewrite(design).applied] == ["upsampled convolution"]
