"""What there is to use: the processors of the process, and what a container leaves of their time and of memory."""

from __future__ import annotations

import os

import pytest

from lamella.building import container, engines
from lamella.training.folder import MOST_BYTES, budget_bytes


@pytest.mark.parametrize(
    ("own", "outer", "inner", "expected"),
    [
        ("0::/", "150000 100000\n", None, 2),
        ("0::/", "max 100000\n", None, 8),
        ("0::/", "1000 100000\n", None, 1),
        ("0::/", "1600000 100000\n", None, 8),
        ("0::/a/b", "max 100000\n", "300000 100000\n", 3),
        ("0::/a/b", "200000 100000\n", "300000 100000\n", 2),
        ("0::/a/b", None, "400000 100000\n", 4),
        ("12:cpu:/a\n0::/a/b", None, "400000 100000\n", 4),
        ("12:cpu:/a/b", "200000 100000\n", "300000 100000\n", 8),
        ("0::/", "no numbers", None, 8),
        ("0::/gone", "200000 100000\n", None, 2),
        (None, "200000 100000\n", None, 8),
    ],
)
def test_a_quota_of_time_leaves_so_many_processors(own, outer, inner, expected, tmp_path, monkeypatch):
    groups = tmp_path / "cgroup"
    (groups / "a" / "b").mkdir(parents=True)
    (tmp_path / "cpu.max").write_text("100000 100000")  # no group
    for folder, text in ((groups, outer), (groups / "a" / "b", inner)):
        if text is not None:
            (folder / "cpu.max").write_text(text)
    if own is not None:
        (tmp_path / "own").write_text(own + "\n")
    monkeypatch.setattr(container, "_GROUPS", groups)
    monkeypatch.setattr(container, "_OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(8)}, raising=False)
    assert engines.processors() == expected


def test_without_affinity_the_processors_of_the_machine_count(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "_OWN_GROUP", tmp_path / "none")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert engines.processors() == 5


def test_a_container_leaves_so_much_memory(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "own").write_text("0::/a\n")
    for folder, most in ((tmp_path, "max"), (tmp_path / "a", str(2**30))):
        (folder / "memory.max").write_text(f"{most}\n")
        (folder / "memory.current").write_text(f"{2**20}\n")
    monkeypatch.setattr(container, "_GROUPS", tmp_path)
    monkeypatch.setattr(container, "_OWN_GROUP", tmp_path / "own")
    assert [*container.free_bytes()] == [2**30 - 2**20]
    assert budget_bytes() == min((2**30 - 2**20) // 4, MOST_BYTES)
