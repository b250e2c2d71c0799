"""The house: who may import whom, what planning loads, how large a file is, that words are complete."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lamella.doors.cli import COMMANDS
from lamella.texts.data_problems import DATA_PROBLEMS
from lamella.texts.design_problems import DESIGN_PROBLEMS
from lamella.texts.file_problems import FILE_PROBLEMS
from lamella.texts.help import HELP
from lamella.texts.problems import PROBLEMS
from lamella.texts.shape_problems import SHAPE_PROBLEMS
from lamella.texts.words import WORDS

SOURCE = Path(__file__).parents[1] / "src" / "lamella"
MODULES = sorted(SOURCE.rglob("*.py"))
ORDER = [
    {"doors", "__main__"},
    {"answers", "drawing", "sights"},
    {"running"},
    {"api"},
    {"reports"},
    {"seeing", "restoration", "training"},
    {"degradations", "building", "pictures"},
    {"solving"},
    {"checks", "rewrites"},
    {"planning"},
    {"sources"},
    {"layers", "ops", "initializers", "regularizers", "constraints"},
    {"design"},
    {"algebra", "window", "units", "files", "texts", "errors", "shown"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
CORE = ("algebra", "design", "layers", "window", "planning", "units", "errors", "shown", "texts", "checks", "solving")
HEAVY = (
    "numpy",
    "keras",
    "tensorflow",
    "torch",
    "jax",
    "rich",
    "PIL",
    "onnx",
    "onnxruntime",
    "openvino",
    "safetensors",
    "h5py",
)


def part(module):
    """The package or module directly under lamella that a dotted name belongs to."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


@cache
def imports(path):
    """Every module that a file imports, also inside functions and for type checkers."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found.add(node.module)
            if node.module == "lamella":
                found |= {f"lamella.{alias.name}" for alias in node.names if alias.name != "__version__"}
    return found


def name_of(path):
    return "lamella." + ".".join(path.relative_to(SOURCE).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_to_the_right_only(path):
    mine = part(name_of(path))
    if mine == "__init__":
        return
    for module in imports(path):
        if module.startswith("lamella.") and part(module) != mine:
            assert RANK[part(module)] >= RANK[mine], f"{name_of(path)} imports {module}"


def test_no_part_reaches_itself_through_its_imports():
    edges = {
        (part(name_of(path)), part(module))
        for path in MODULES
        for module in imports(path)
        if module.startswith("lamella.") and part(name_of(path)) != part(module)
    }
    parts = {name for edge in edges for name in edge} - {"__init__"}
    while leaves := {name for name in parts if not any(a == name and b in parts for a, b in edges)}:
        parts -= leaves
    assert not parts, f"these parts import each other in a circle: {parts}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_of_the_package_itself_only_the_version_is_read(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "lamella":
            for alias in node.names:
                known = (SOURCE / alias.name).is_dir() or (SOURCE / f"{alias.name}.py").is_file()
                assert known or alias.name == "__version__" or name_of(path) == "lamella.__init__", alias.name
        assert not (isinstance(node, ast.Import) and "lamella" in {alias.name for alias in node.names})


@pytest.mark.parametrize("path", [path for path in MODULES if part(name_of(path)) in CORE], ids=name_of)
def test_the_core_imports_the_standard_library_only(path):
    for module in imports(path):
        assert module.split(".")[0] in {"lamella", *sys.stdlib_module_names}, f"{name_of(path)} imports {module}"


@pytest.mark.parametrize(
    "code",
    [
        "import lamella",
        "import lamella.api, lamella.doors.cli",
        "import lamella; lamella.plan({design!r})",
        "from lamella import Model, layers; x = layers.Input((4,)); Model(x, layers.Dense(2)(x)).summary()",
        "import sys; sys.argv = ['lamella', 'plan', {design!r}]; from lamella.doors.cli import main\n"
        "try: main()\nexcept SystemExit as end: assert end.code == 0",
    ],
)
def test_planning_loads_no_framework(code):
    design = str(SOURCE / "designs" / "upsampling-autoencoder.yaml")
    program = code.format(design=design) + "\nimport sys\nprint('LOADED', *sorted(set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("LOADED ")[1].split())
    assert "lamella" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_is_one_idea(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module says what it is"
    assert text.count("\n") <= 400


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_file_and_says_what_it_does(name):
    assert (SOURCE / "doors" / "commands" / f"{name}.py").is_file()
    assert name in HELP


def test_every_command_file_is_a_command():
    files = {path.stem for path in (SOURCE / "doors" / "commands").glob("*.py")} - {"__init__"}
    assert files == set(COMMANDS)


def test_codes_are_unique_but_where_two_words_mean_one_thing():
    codes = [entry.code for entry in PROBLEMS.values()]
    assert {code for code in codes if codes.count(code) > 1} == {"LAM004"}
    assert all(
        code.startswith("LAM0") for code in (entry.code for entry in (DESIGN_PROBLEMS | SHAPE_PROBLEMS).values())
    )
    of_files = (FILE_PROBLEMS | DATA_PROBLEMS).values()
    assert all(code[:4] in ("LAM1", "LAM2") for code in (entry.code for entry in of_files))


def test_every_problem_is_used():
    code = "\n".join(path.read_text("utf-8") for path in MODULES if part(name_of(path)) != "texts")
    assert not [key for key in PROBLEMS if f'"{key}"' not in code]
    by_severity = {"error", "warning"}
    used = code + (SOURCE / "texts" / "words.py").read_text("utf-8").split("WORDS: Final")[0]
    unused = {key for key in WORDS if f'"{key}"' not in used and f"'{key}'" not in used}
    assert not {
        key
        for key in unused - by_severity
        if not key.startswith(
            (
                "bench beyond ",
                "bench mode ",
                "bench whole ",
                "bound ",
                "claim ",
                "claimed ",
                "counted ",
                "curve ",
                "drawn ",
                "fact ",
                "group ",
                "lay ",
                "legend ",
                "like ",
                "part ",
                "peak ",
                "see weights ",
                "value ",
                "window ",
            )
        )
    }
