"""Training's progress: a bar where there is a terminal, plain lines where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lamella.doors.language import LANGUAGE
from lamella.reports.epoch_text import epoch_line, now_words
from lamella.training.settings import Epoch, Progress, Watch


@contextmanager
def shown_progress(quiet: bool, limit_s: float | None = None) -> Iterator[Watch]:
    """What to call with training's progress; no epoch begins after `limit_s` seconds."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with _bar(limit_s) as watch:
            yield watch
    else:
        yield _lines(limit_s)


def _silent(_now: Progress) -> None:
    pass


def _lines(limit_s: float | None) -> Watch:
    started = time.perf_counter()

    def watch(now: Progress) -> None:
        if now.finished is not None:
            click.echo(_epoch_line(now, now.finished, started, limit_s), err=True)

    return watch


@contextmanager
def _bar(limit_s: float | None) -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    started = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[losses]}"))
    with Bar(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, losses="")

        def watch(now: Progress) -> None:
            done, total = now.images_of_all
            name, losses = now_words(now, LANGUAGE.now)
            bar.update(task, total=total, completed=done, description=name, losses=losses)
            if now.finished is not None:
                bar.console.print(_epoch_line(now, now.finished, started, limit_s), highlight=False, markup=False)

        yield watch


def _epoch_line(now: Progress, epoch: Epoch, started: float, limit_s: float | None) -> str:
    return epoch_line(epoch, now.epochs, time.perf_counter() - started, limit_s, LANGUAGE.now)
