"""Training's progress in a Jupyter notebook: one line with a bar, kept up to date in its place.

A notebook that is run as a whole keeps the last state alone, for every update replaces the one before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from lamella.reports.document import escaped
from lamella.reports.epoch_text import epoch_line, epochs_line, now_words
from lamella.texts.languages import chosen_language

if TYPE_CHECKING:
    from lamella.texts.languages import Language
    from lamella.training.settings import Epoch, Progress, Watch

_EVERY_S: Final = 0.25
"""Between updates within an epoch: more often nobody reads them, and each is a message to the browser."""


@contextmanager
def shown_in_notebook(limit_s: float | None) -> Iterator[Watch]:
    """What to call with training's progress; outside a Jupyter notebook it shows nothing."""
    if not in_notebook():
        yield lambda _: None
        return
    line = _Line(limit_s, chosen_language())
    try:
        yield line.watch
    finally:
        line.end()


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this; asked without loading what is not there."""
    ipython, kernel = sys.modules.get("IPython"), sys.modules.get("ipykernel.zmqshell")
    if ipython is None or kernel is None:
        return False
    return isinstance(ipython.get_ipython(), kernel.ZMQInteractiveShell)


class _Line:
    """The line while it lives: what was shown last, and when."""

    def __init__(self, limit_s: float | None, language: Language) -> None:
        self._limit_s, self._language = limit_s, language
        self._began = time.perf_counter()
        self._shown_s = 0.0
        self._handle: Any = None
        self._epochs: list[Epoch] = []
        self._words = ""

    def watch(self, now: Progress) -> None:
        spent = time.perf_counter() - self._began
        if now.finished is not None:
            self._epochs.append(now.finished)
            self._words = epoch_line(now.finished, now.epochs, spent, self._limit_s, self._language)
        elif self._handle is not None and spent - self._shown_s < _EVERY_S:
            return
        self._shown_s = spent
        done, total = now.images_of_all
        words = self._words or "  ".join(filter(None, now_words(now, self._language)))
        self._show(words, f'<progress value="{done}" max="{total}"></progress> ')

    def end(self) -> None:
        """Leaves a line on the whole training in place of the bar, where an epoch was finished."""
        best = [each for each in self._epochs if each.best]
        if best:
            self._show(epochs_line(self._epochs, best[-1], self._language), "")

    def _show(self, words: str, bar: str) -> None:
        from IPython.display import display

        data = {"text/plain": words, "text/html": f"<div>{bar}{escaped(words)}</div>"}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, raw=True)
