"""Training's line in a notebook: one display, kept up to date, that ends without its bar; nothing elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import IPython.display
import pytest

from lamella.reports.notebook import progress
from lamella.training.settings import Epoch, Progress


class Display:
    """What a notebook would be sent: the first display and every update of it."""

    def __init__(self):
        self.shown, self.displays = [], 0

    def __call__(self, data, *, raw, display_id):
        assert raw
        assert display_id
        self.displays += 1
        self.shown.append(data)
        return self

    def update(self, data, *, raw):
        assert raw
        self.shown.append(data)


@pytest.fixture
def display(monkeypatch):
    found = Display()
    monkeypatch.setenv("LAMELLA_LANG", "en")
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", found)
    return found


def train(watch, epochs, steps, fails_in=None):
    """A training that says what a real one says; losses fall, the last epoch's rises again."""
    for epoch in range(1, epochs + 1):
        for step in range(1, steps + 1):
            watch(Progress(epoch, epochs, step * 10, steps * 10, 0.5 / epoch))
            if epoch == fails_in:
                raise RuntimeError
        val_loss = 0.4 / epoch if epoch < epochs else 0.9
        done = Epoch(epoch, 0.5 / epoch, val_loss, 2.0, epoch < epochs)
        watch(Progress(epoch, epochs, steps * 10, steps * 10, 0.5 / epoch, done))


def test_one_display_is_kept_up_to_date(display):
    with progress.shown_in_notebook(None) as watch:
        train(watch, 4, 1000)
    assert display.displays == 1
    assert len(display.shown) < 50  # the first, an epoch's end each, the whole, and what a slow machine adds
    first = display.shown[0]
    assert first["text/plain"] == "epoch 1/4  binary cross-entropy 0.5000"
    assert '<progress value="10" max="40000"></progress>' in first["text/html"]
    ends = [each for each in display.shown if "validation 0.2000" in each["text/plain"]]
    assert 'value="20000" max="40000"' in ends[0]["text/html"]


def test_the_last_state_is_the_whole_training(display):
    with progress.shown_in_notebook(None) as watch:
        train(watch, 3, 2)
    assert display.shown[-1] == {
        "text/plain": "Epochs: 3 in 6.0 s; the best is epoch 2, validation loss 0.2000",
        "text/html": "<div>Epochs: 3 in 6.0 s; the best is epoch 2, validation loss 0.2000</div>",
    }


def test_a_training_that_fails_says_how_far_it_came(display):
    with pytest.raises(RuntimeError), progress.shown_in_notebook(None) as watch:
        train(watch, 4, 5, fails_in=3)
    assert display.shown[-1]["text/plain"] == "Epochs: 2 in 4.0 s; the best is epoch 2, validation loss 0.2000"


def test_a_training_that_fails_at_once_says_nothing_of_a_best(display):
    with pytest.raises(RuntimeError), progress.shown_in_notebook(None) as watch:
        train(watch, 4, 5, fails_in=1)
    assert [each["text/plain"] for each in display.shown] == ["epoch 1/4  binary cross-entropy 0.5000"]


def test_the_time_left_heeds_the_limit(display):
    with progress.shown_in_notebook(1.0) as watch:
        train(watch, 3, 1)
    left = [re.search(r"(\S+) s left", each["text/plain"]) for each in display.shown]
    assert all(float(each[1]) <= 1.0 for each in left if each)
    assert any(left)


PROGRAM = """
import sys
from lamella.reports.notebook.progress import in_notebook, shown_in_notebook
assert not in_notebook()
with shown_in_notebook(None) as watch:
    watch(None)
assert "IPython" not in sys.modules
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
assert not in_notebook(), "IPython's terminal is none"
import ipykernel.zmqshell
assert not in_notebook(), "neither is one beside a kernel's code"
"""


def test_elsewhere_nothing_is_shown_or_loaded():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == ""
