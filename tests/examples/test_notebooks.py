"""The example notebooks: each runs from its first cell to its last and gives what is written in it."""

import runpy
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "notebooks.py"))
MOST_BYTES = 300 * 1024


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(cell):
    """What a cell gives, without what stands in it."""
    return [(each.output_type, sorted(each.get("data", {}))) for each in cell.outputs]


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["design", "layers", "restore"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_is_written_in_it(path, tmp_path):
    written = path.read_bytes()
    fresh, kept = SCRIPT["executed"](path, tmp_path), nbformat.reads(written.decode(), as_version=4)
    assert fresh.metadata == kept.metadata
    for now, before in zip(code(fresh), code(kept), strict=True):
        if "varies" in now.metadata.get("tags", ()):
            assert kinds(now) == kinds(before), now.source
        else:
            assert now == before, now.source
    assert path.read_bytes() == written


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_whole_and_quiet(path):
    assert path.stat().st_size < MOST_BYTES
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = code(notebook)
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    outputs = [each for cell in cells for each in cell.outputs]
    assert not [each for each in outputs if each.output_type == "error" or each.get("name") == "stderr"]
    shown = [each.data["text/html"] for each in outputs if "text/html" in each.get("data", {})]
    assert len(shown) >= 3
    assert "<progress" not in "".join(shown), "the last state of a training is no bar"


def test_a_cell_that_fails_fails_the_run(tmp_path):
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import lamella\nlamella.plan('none.yaml')")])
    nbformat.write(broken, tmp_path / "broken.ipynb")
    with pytest.raises(CellExecutionError, match="SourceError"):
        SCRIPT["executed"](tmp_path / "broken.ipynb", tmp_path)
