"""What surrounds the plan: options, languages, streams, the version, completion; data on stdout, the rest on stderr."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

import lamella as door
from doors.command import lamella
from lamella.doors.cli import COMMANDS
from lamella.planning.conventions import CONVENTIONS
from lamella.planning.memory import DTYPES, ENGINES
from lamella.planning.optimizers import OPTIMIZERS
from lamella.texts.words import WORDS, say
from lamella.units import size_bytes

DESIGN = "name: d\ninput: [8, 8, 1]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 3}\n"
UNKNOWN = "input: [4]\nlayers:\n  - Mystery\n"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.yaml").write_text(DESIGN)
    (tmp_path / "wrong.yaml").write_text(UNKNOWN)
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error", **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`python -m lamella ARGUMENTS` with nothing of this test's own environment but the path."""
    command = [sys.executable, "-m", "lamella", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(**more), check=False)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """A line for bash, in which `lamella` is this one."""
    text = f'lamella() {{ "{sys.executable}" -m lamella "$@"; }}; set -o pipefail; {command}'
    return subprocess.run(["bash", "-c", text], capture_output=True, encoding="utf-8", env=environment(), check=False)


SETTINGS = [
    *((dtype, "adam", "tensorflow") for dtype in DTYPES),
    *(("float32", optimizer, "tensorflow") for optimizer in OPTIMIZERS),
    *(("bfloat16", "sgd", engine) for engine in ENGINES),
]


@pytest.mark.parametrize(("dtype", "optimizer", "engine"), SETTINGS)
def test_memory_follows_dtype_optimizer_engine_and_batch(dtype, optimizer, engine, monkeypatch):
    options = ("--batch", 7, "--dtype", dtype, "--optimizer", optimizer, "--engine", engine)
    text = lamella(monkeypatch, "plan", "d.yaml", *options).out
    memory = door.plan("d.yaml", batch=7, dtype=dtype, optimizer=optimizer, engine=engine).memory
    assert f"{size_bytes(memory.inference_peak_bytes)} for a batch of 7, {dtype}\n" in text
    assert f"{size_bytes(memory.training_peak_bytes)} for a batch of 7, {dtype}, {optimizer}\n" in text
    when = say(f"peak {memory.training_peak_phase}", "en", layer=memory.training_peak_layer)
    assert f" {when}\n" in text
    assert {"tensorflow": "TensorFlow's", "torch": "PyTorch's", "jax": "JAX's"}[engine] in text
    assert ("XLA" in text) == (engine == "jax")
    assert memory.optimizer_bytes >= 20 * DTYPES[dtype].weight * OPTIMIZERS[optimizer]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan"], "Missing argument 'FILE'."),
        (["plan", "d.yaml", "more"], "Got unexpected extra argument (more)"),
        (["plan", "d.yaml", "--batch", "0"], "'--batch': 0 is not in the range"),
        (["plan", "d.yaml", "--batch", "2.5"], "'--batch': '2.5' is not a valid integer range."),
        (["plan", "d.yaml", "--dtype", "int8"], "'--dtype': 'int8' is not one of 'float32'"),
        (["plan", "d.yaml", "--optimizer", "adma"], "'--optimizer': 'adma' is not one of 'sgd'"),
        (["plan", "d.yaml", "--engine", "keras"], "'--engine': 'keras' is not one of 'tensorflow'"),
        (["plan", "d.yaml", "--jsno"], "No such option '--jsno'."),
        (["plan", "d.yaml", "--lang", "fr"], "'--lang': 'fr' is not one of 'en', 'ko'."),
        (["--lang", "fr", "plan", "d.yaml"], "'--lang': 'fr' is not one of 'en', 'ko'."),
        (["paln", "d.yaml"], "There is no command 'paln'. Did you mean plan?"),
        (["zzzzz"], f"There is no command 'zzzzz'. There is {', '.join(COMMANDS)}."),
        (["--lang", "ko", "zzzzz"], "'zzzzz' 명령은 없습니다."),
    ],
)
def test_misuse_is_said_on_stderr(arguments, words, monkeypatch):
    done = lamella(monkeypatch, *arguments)
    assert words in done.err
    assert "Traceback" not in done.err
    assert (done.out, done.status) == ("", 2)


@pytest.mark.parametrize(
    ("arguments", "more", "korean"),
    [
        ([], {}, False),
        ([], {"LANG": "ko_KR.UTF-8"}, True),
        ([], {"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ([], {"LC_ALL": "de_DE.UTF-8", "LANG": "ko_KR.UTF-8"}, False),
        ([], {"LC_ALL": "C", "LAMELLA_LANG": "ko"}, True),
        ([], {"LC_ALL": "ko_KR.UTF-8", "LAMELLA_LANG": "en"}, False),
        (["--lang", "ko"], {"LAMELLA_LANG": "en"}, True),
        (["--lang=en"], {"LAMELLA_LANG": "ko"}, False),
    ],
)
def test_language(arguments, more, korean, monkeypatch):
    assert bool(re.search("[가-힣]", lamella(monkeypatch, "plan", "d.yaml", *arguments, **more).out)) == korean
    assert bool(re.search("[가-힣]", lamella(monkeypatch, "plan", "wrong.yaml", *arguments, **more).err)) == korean


def test_language_of_a_real_process():
    assert "레이어" in run("plan", "d.yaml", LC_ALL="ko_KR.UTF-8").stdout
    assert "레이어" in run("plan", "d.yaml", LANG="C", LAMELLA_LANG="ko").stdout
    assert "Layer" in run("plan", "d.yaml", LC_ALL="C").stdout
    assert "옵티마이저" in run("plan", "--help", LAMELLA_LANG="ko").stdout
    assert "실행하기 전에" in run("--lang", "ko", "--help", LAMELLA_LANG="en").stdout
    assert not re.search("[가-힣]", run("--help", LANG="ko_KR.UTF-8", LAMELLA_LANG="en").stdout)


def test_every_command_and_option_says_what_it_does(monkeypatch):
    text, own = lamella(monkeypatch, "--help").out, lamella(monkeypatch, "plan", "--help").out
    assert all(re.search(rf"^  {name} +\S", text, re.MULTILINE) for name in COMMANDS)
    for option in (
        "--batch",
        "--input",
        "--dtype",
        "--optimizer",
        "--engine",
        "--like",
        "--explain",
        "--json",
        "--quiet",
        "--lang",
    ):
        assert re.search(rf"^  {option}( \S+)*\s+\S", own, re.MULTILINE), option


def test_what_is_wrong_goes_to_stderr_and_the_plan_to_stdout():
    done = run("plan", "wrong.yaml")
    assert done.returncode == 1
    assert "mystery (Mystery)" in done.stdout
    assert "LAM005" not in done.stdout
    assert done.stderr.splitlines()[1].startswith("error LAM005: wrong.yaml:3:5 layers[0] 'mystery' (Mystery): ")


def test_no_colour_is_written_into_a_pipe():
    for more in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"TERM": "xterm-256color"}):
        done = run("plan", "wrong.yaml", **more)
        assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp949", "utf-8"])
def test_a_terminal_that_knows_few_letters(encoding):
    command = [sys.executable, "-m", "lamella", "plan", "d.yaml", "--lang", "ko"]
    done = subprocess.run(command, capture_output=True, env=environment(PYTHONIOENCODING=encoding), check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"6x6x2" in done.stdout


def test_standard_input():
    done = shell("lamella plan - < d.yaml")
    assert done.stdout == shell("lamella plan d.yaml").stdout
    assert shell("lamella plan - < wrong.yaml").stderr.splitlines()[1].startswith("error LAM005: -:3:5 layers[0]")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("lamella plan - < /dev/null", "error: -: The file is empty;"),
        ("lamella plan - <&-", "error: -: The file can't be read: standard input is closed."),
        ("head -c 3000000 /dev/zero | { lamella plan -; }", "error: -: The file has more than 2.0 MiB"),
        ("printf '\\0' | lamella plan -", "error: -: No format that lamella reads."),
    ],
)
def test_bad_standard_input(command, words):
    done = shell(command)
    assert done.stderr.startswith(words)
    assert (done.stdout, done.stderr.count("\n"), done.returncode) == ("", 1, 2)


CODE = "import keras\ni = keras.Input((8, 8, 1))\nm = keras.Model(i, keras.layers.Conv2D(2, 3)(i))\n"


def test_standard_input_takes_every_format(monkeypatch, folder, tmp_path_factory):
    keras = pytest.importorskip("keras")
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs)).save(folder / "m.keras")
    (folder / "m.py").write_text("# " + "long " * 1000 + "\n" + CODE)
    for name in ("d.yaml", "m.py", "m.keras"):
        done = lamella(monkeypatch, "plan", "-", "--json", stdin=(folder / name).read_bytes())
        assert (json.loads(done.out)["totals"]["params"], done.err, done.status) == (20, "", 0), name
    before = sorted(folder.iterdir())
    done = lamella(monkeypatch, "plan", "-", stdin=(folder / "m.keras").read_bytes()[:-30])
    assert done.err.startswith("error: -: This is not a whole .keras file: ")
    wrong = lamella(monkeypatch, "plan", "-", stdin=b"from keras import layers\nx = (\n")
    assert wrong.err.startswith("error: -:2:5: This is not Python: ")
    assert (done.status, wrong.status, sorted(folder.iterdir())) == (2, 2, before)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_quiet_keeps_what_limits_the_figures(language, monkeypatch, folder):
    (folder / "open.yaml").write_text(DESIGN.replace("8, 8, 1", "null, null, 1") + "  - Mine: {gives: [4]}\n")
    for name in ("d.yaml", "open.yaml", "wrong.yaml"):
        full, quiet = (lamella(monkeypatch, "plan", name, "--lang", language, *more) for more in ([], ["--quiet"]))
        assert quiet.err == full.err
        lost = set(full.out.splitlines()) - set(quiet.out.splitlines())
        assert not any(say("both partial", language, names="mystery", unit="MACs") in line for line in lost)
        assert any(say("convention", language) in line for line in lost)
        assert ("mine" in quiet.out.splitlines()[-2] + quiet.out.splitlines()[-1]) == (name == "open.yaml")
    assert say("both partial", language, names="mystery", unit="MACs") in quiet.out.splitlines()


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_closed_pipe_is_no_error(options, folder):
    (folder / "long.yaml").write_text(DESIGN + "  - Conv2D: {filters: 2, kernel_size: 1}\n" * 2000)
    done = shell(f"lamella plan long.yaml {options} | head -1")
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("to", "line", "status"),
    [(">&-", "", 0), ("2>&-", "", 0), ("> /dev/full", "The output can't be written: No space left on device.\n", 1)],
)
def test_lost_output(to, line, status):
    done = shell(f"lamella plan d.yaml {to}")
    assert (done.stderr, done.returncode) == (line, status)


def test_control_c(monkeypatch):
    def stop(*_args, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("lamella.api.plan", stop)
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert (done.out, done.err.strip(), done.status) == ("", "Stopped.", 130)


def test_version_names_every_engine_and_loads_none():
    program = (
        "import sys; sys.argv = ['lamella', '--version']\nfrom lamella.doors.cli import main\n"
        "try: main()\nfinally: print(sorted({'numpy', 'keras', 'tensorflow', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    first, *engines, loaded = done.stdout.splitlines()
    assert first == f"lamella {door.__version__} (Python {'.'.join(map(str, sys.version_info[:3]))})"
    assert {"numpy", "pillow", "keras", "tensorflow", "jax", "torch"} <= {line.split()[0] for line in engines}
    assert all(re.fullmatch(r"  \S+ (\d+\.\S+|not installed)", line) for line in engines)
    assert loaded == "[]"


def complete(words: str) -> list[str]:
    return shell(
        f"export _LAMELLA_COMPLETE=bash_complete COMP_WORDS='{words}' COMP_CWORD={words.count(' ')}; "
        "lamella() { " + f'"{sys.executable}" -c "import sys; sys.argv[0] = \'lamella\'; '
        'from lamella.doors.cli import main; main()"; }; lamella'
    ).stdout.split()


def test_completion():
    assert complete("lamella p") == ["plain,plan", "plain,port"]
    assert complete("lamella plan d") == ["file,d"]
    assert complete("lamella plan --o") == ["plain,--optimizer"]
    assert complete("lamella plan --dtype b") == ["plain,bfloat16"]
    assert complete("lamella plan --i") == ["plain,--input"]
    assert complete("lamella explain separable") == ["plain,SeparableConv1D", "plain,SeparableConv2D"]
    for name, words in {"bash": "complete", "zsh": "compdef", "fish": "complete"}.items():
        program = "import sys; sys.argv = ['lamella']; from lamella.doors.cli import main; main()"
        script = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            encoding="utf-8",
            env=environment(_LAMELLA_COMPLETE=f"{name}_source"),
            check=True,
        ).stdout
        assert words in script
        assert "_LAMELLA_COMPLETE" in script


@pytest.mark.parametrize("like", CONVENTIONS)
def test_like_gives_a_tools_figures_and_names_its_convention(like, monkeypatch):
    done = lamella(monkeypatch, "plan", "d.yaml", "--like", like, "--json")
    data = json.loads(done.out)
    assert data["like"] == like
    assert data["macs_convention"] == WORDS[f"like {like}"].en
    assert data["totals"]["macs"] == door.plan("d.yaml", like=like).totals.macs
    text = lamella(monkeypatch, "plan", "d.yaml", "--like", like, LAMELLA_LANG="ko").out
    assert WORDS[f"like {like}"].ko in text
    assert CONVENTIONS[like].unit in text


def test_explain_follows_the_table(monkeypatch):
    plain, explained = (lamella(monkeypatch, "plan", "d.yaml", *more).out for more in ((), ("--explain",)))
    assert explained.startswith(plain)
    assert "MACs = 6·6·2 · 3·3·1 = 648" in explained[len(plain) :]
