"""Runs the notebooks in examples/ and writes what they give into them: python scripts/notebooks.py [NAME...]

Each runs from its first cell in an empty folder with the photograph beside it, in English, on this Python. Times and
versions are left out, so that running again changes only what differs. A cell with the tag "varies" gives figures that
differ from machine to machine.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PHOTOGRAPH = EXAMPLES / "chelsea.png"
LIMIT_S = 300


def executed(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells give, run in `folder`. Raises `CellExecutionError` for the first that fails."""
    notebook = nbformat.read(path, as_version=4)
    shutil.copy(PHOTOGRAPH, folder)
    here = {name: str(folder / ".jupyter") for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    client = NotebookClient(
        notebook,
        timeout=LIMIT_S,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=os.environ | here | {"LAMELLA_LANG": "en"})
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main() -> None:
    names = sys.argv[1:] or sorted(path.stem for path in EXAMPLES.glob("*.ipynb"))
    for name in names:
        path = EXAMPLES / f"{name}.ipynb"
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(executed(path, Path(folder)), path)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
