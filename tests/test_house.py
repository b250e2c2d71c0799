"""The house: who may import whom, what planning loads, how large a file is, that words are complete."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lamella.doors.cli import COMMANDS
from lamella.texts.design_problems import DESIGN_PROBLEMS
from lamella.texts.file_problems import FILE_PROBLEMS
from lamella.texts.help import HELP
from lamella.texts.problems import PROBLEMS
from lamella.texts.words import WORDS

SOURCE = Path(__file__).parents[1] / "src" / "lamella"
MODULES = sorted(SOURCE.rglob("*.py"))
ORDER = [
    {"doors", "__main__"},
    {"api"},
    {"reports"},
    {"seeing", "restoration", "training"},
    {"degradations", "building"},
    {"checks", "rewrites"},
    {"planning"},
    {"sources"},
    {"layers", "ops"},
    {"design"},
    {"window", "units", "files", "texts", "errors"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
CORE = ("design", "layers", "window", "planning", "units", "errors", "texts", "checks")
HEAVY = ("numpy", "keras", "tensorflow", "torch", "jax", "rich", "PIL", "onnx", "onnxruntime", "safetensors")


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


def test_peers_import_each_other_in_one_direction():
    for peers in ORDER:
        edges = {
            (part(name_of(path)), part(module))
            for path in MODULES
            for module in imports(path)
            if module.startswith("lamella.")
            and part(name_of(path)) in peers
            and part(module) in peers - {part(name_of(path))}
        }
        assert not {(b, a) for a, b in edges} & edges, edges


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


TEXTS = {f"words {key}": text for key, text in WORDS.items()}
TEXTS |= {f"help {key}": text for key, text in HELP.items()}
TEXTS |= {f"message {key}": entry.message for key, entry in PROBLEMS.items()}
TEXTS |= {f"fix {key}": entry.fix for key, entry in PROBLEMS.items()}
SAME_IN_BOTH = {"words from to", "words macs", "words restored line", "fix engine missing"}


@pytest.mark.parametrize("key", TEXTS)
def test_words_are_complete_in_both_languages(key):
    english, korean = TEXTS[key].en, TEXTS[key].ko
    holes = [set(re.findall(r"(?<!\{)\{(\w+)", text)) for text in (english, korean)]
    assert holes[0] == holes[1]
    words = re.sub(r"\{[^}]*\}", "", english)
    if key not in SAME_IN_BOTH and re.search("[A-Za-z]{2}", words):
        assert re.search("[가-힣]", korean), korean


def test_codes_are_unique_but_where_two_words_mean_one_thing():
    codes = [entry.code for entry in PROBLEMS.values()]
    assert {code for code in codes if codes.count(code) > 1} == {"LAM004"}
    assert all(code.startswith("LAM0") for code in (entry.code for entry in DESIGN_PROBLEMS.values()))
    assert all(code[:4] in ("LAM1", "LAM2") for code in (entry.code for entry in FILE_PROBLEMS.values()))


def test_every_problem_is_used():
    code = "\n".join(path.read_text("utf-8") for path in MODULES if part(name_of(path)) != "texts")
    assert not [key for key in PROBLEMS if f'"{key}"' not in code]
    by_severity = {"error", "warning"}
    used = code + (SOURCE / "texts" / "words.py").read_text("utf-8").split("WORDS: Final")[0]
    unused = {key for key in WORDS if f'"{key}"' not in used and f"'{key}'" not in used}
    assert not {key for key in unused - by_severity if not key.startswith("curve ")}
