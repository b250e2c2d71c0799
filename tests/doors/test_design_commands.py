"""check, sizes, mirror, diff and explain of a layer, as a person uses them: words, files, JSON, exit status."""

import json
import subprocess
from xml.etree import ElementTree

import pytest

import lamella as door
from doors.command import lamella

WRONG = """# A design with faults.
name: wrong
input: [27, 27, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same}   # a bias for nothing
  - BatchNormalization
  - MaxPooling2D
  - Conv2D:
      filters: 8   # eight
      kernel_size: 3
  - BatchNormalization: {}
  - Conv2DTranspose: {filters: 1, kernel_size: 3, strides: 2, activation: relu}
"""
SKIP = """input: [540, 540, 3]
layers:
  - Conv2D: {name: down, filters: 8, kernel_size: 3, padding: same, strides: 32, activation: relu}
  - UpSampling2D: {name: up, size: 32}
  - Conv2D: {filters: 3, kernel_size: 3, padding: same}
  - Add: {name: sum, from: [conv2d, input]}
  - Conv2D: {filters: 3, kernel_size: 3, padding: same, activation: sigmoid}
"""


@pytest.fixture
def wrong(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    return file


def codes(done):
    return [line.split()[1].rstrip(":") for line in done.err.splitlines() if line.startswith(("warning", "error "))]


def test_check_names_every_fault_and_what_to_do(wrong, monkeypatch):
    done = lamella(monkeypatch, "check", wrong)
    assert done.status == 1
    assert codes(done) == ["LAM341", "LAM311", "LAM314", "LAM332", "LAM341", "LAM331", "LAM301", "LAM321"]
    assert "The output is 23x23x1, the input 27x27x1." in done.err


def test_check_repairs_sizes_with_numbers(tmp_path, monkeypatch):
    file = tmp_path / "skip.yaml"
    file.write_text(SKIP)
    done = lamella(monkeypatch, "check", file)
    assert codes(done) == ["LAM024"]
    assert "pad the input to 544x544x3 (by 4, 4), or crop the input to 512x512x3 (by 28, 28)" in done.err
    assert "입력 덧대기 544x544x3 (더할 칸: 4, 4)" in lamella(monkeypatch, "check", file, "--lang", "ko").err


def test_check_repairs_a_concatenation_before_a_convolution(tmp_path, monkeypatch):
    file = tmp_path / "concatenation.yaml"
    file.write_text(SKIP.replace("Add:", "Concatenate:"))
    done = lamella(monkeypatch, "check", file)
    assert codes(done) == ["LAM024"]
    assert "pad the input to 544x544x3" in done.err


def test_check_of_huge_pictures_writes_no_axis_out(tmp_path, monkeypatch):
    file = tmp_path / "huge.yaml"
    sizes = f"[{10**9 + 1}, {10**9}, 3]"
    file.write_text(f"input: {sizes}\nlayers:\n  - MaxPooling2D\n  - MaxPooling2D: {{pool_size: 2, strides: 3}}\n")
    assert codes(lamella(monkeypatch, "check", file)) == ["LAM311"]


def test_check_of_a_sound_design_is_silent_and_ends_with_0(tmp_path, monkeypatch):
    file = tmp_path / "sound.yaml"
    file.write_text(SKIP.replace("540", "544"))
    done = lamella(monkeypatch, "check", file)
    assert (done.out, done.err, done.status) == (f"{file}: nothing found\n", "", 0)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "LAM3", "--ignore", "LAM34,lam33"], ["LAM311", "LAM314", "LAM301", "LAM321"]),
        (["--select", "LAM341"], ["LAM341", "LAM341"]),
        (["--select", "LAM341", "--max-params", "500"], ["LAM341", "LAM341", "LAM030"]),
        (["--select", "LAM341", "--max-params", "1K", "--max-macs", "1M", "--output", "23,23,1"], ["LAM341"] * 2),
        (
            ["--select", "LAM341", "--max-memory", "1KiB", "--min-receptive-field", "99"],
            ["LAM341"] * 2 + ["LAM030"] * 2,
        ),
    ],
)
def test_check_can_be_told_what_to_ask(wrong, options, expected, monkeypatch):
    assert codes(lamella(monkeypatch, "check", wrong, *options)) == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--select", "LAM9"], "Did you mean LAM09"),
        (["--select", "LAM34l"], "lamella explain LAM lists them"),
        (["--ignore", "x"], "X"),
        (["--output", "a,b"], "--output"),
        (["--max-params", "lots"], '--max-params must be a number such as 4000, 1M or 2GiB. Received "lots".'),
        (["--max-macs", "-5"], "--max-macs"),
    ],
)
def test_check_refuses_nonsense(wrong, options, said, monkeypatch):
    done = lamella(monkeypatch, "check", wrong, *options)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_fix_changes_what_it_says_and_nothing_else(wrong, monkeypatch):
    wrong.chmod(0o640)
    link = wrong.with_name("link.yaml")
    link.symlink_to(wrong)
    done = lamella(monkeypatch, "check", link, "--fix")
    assert "2 mended" in done.err
    assert codes(done) == ["LAM311", "LAM314", "LAM332", "LAM331", "LAM301", "LAM321"]
    expected = WRONG.replace("{filters: 8, k", "{use_bias: false, filters: 8, k").replace(
        "      filters: 8   # eight", "      use_bias: false\n      filters: 8   # eight"
    )
    assert wrong.read_text() == expected
    assert (wrong.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
    assert sorted(each.name for each in wrong.parent.iterdir()) == ["link.yaml", "wrong.yaml"]


def test_fix_leaves_files_with_errors_alone(tmp_path, monkeypatch):
    file = tmp_path / "d.yaml"
    file.write_text(text := WRONG.replace("kernel_size: 3\n", "kernel_size: 99\n"))
    assert lamella(monkeypatch, "check", file, "--fix").status == 1
    assert file.read_text() == text


def test_check_goes_on_behind_a_file_that_is_no_design(wrong, monkeypatch):
    bad = wrong.with_name("bad.yaml")
    bad.write_text("input: [8, 8\n")
    done = lamella(monkeypatch, "check", bad, wrong)
    assert (done.status, codes(done)[1:]) == (
        2,
        ["LAM341", "LAM311", "LAM314", "LAM332", "LAM341", "LAM331", "LAM301", "LAM321"],
    )
    data = json.loads(lamella(monkeypatch, "check", bad, wrong, "--json").out)
    assert [each["file"] for each in data["findings"]] == [str(bad), *[str(wrong)] * 8]


def test_fix_refuses_what_is_no_yaml_and_leaves_it(wrong, monkeypatch):
    file = wrong.with_name("model.py")
    text = "import keras\nfrom keras import layers\nmodel = keras.Sequential([layers.Input((8, 8, 1)), "
    file.write_text(text := text + "layers.Conv2D(4, 3), layers.BatchNormalization()])\n")
    done = lamella(monkeypatch, "check", "--fix", file, wrong)
    assert (done.status, file.read_text()) == (2, text)
    assert "--fix must be for files in YAML" in done.err
    assert "2 mended" in done.err
    assert codes(done)[:2] == ["LAM220", "LAM341"]
    assert lamella(monkeypatch, "check", file).status == 1
    assert lamella(monkeypatch, "check", "--fix", "-").status == 2


def test_check_json(wrong, monkeypatch):
    data = json.loads(lamella(monkeypatch, "check", wrong, wrong, "--json").out)
    assert data["schema"] == 1
    assert len(data["findings"]) == 16
    assert {"file", "code", "severity", "layer", "message", "fix"} <= data["findings"][0].keys()


@pytest.mark.parametrize("code", ["LAM301", "LAM341", "LAM024"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_code_has_a_page(code, language, monkeypatch):
    done = lamella(monkeypatch, "explain", code, "--lang", language)
    assert done.status == 0
    assert done.out.startswith(code)


def test_sizes(tmp_path, monkeypatch):
    file = tmp_path / "skip.yaml"
    file.write_text(SKIP)
    done = lamella(monkeypatch, "sizes", file, "--image", "1080,1920")
    assert "height: multiples of 32 from 32: 32, 64, 96, 128, 160, 192, 224, 256, ..." in done.out
    assert "1080 x 1920: pad to 1088 x 1920 (by 8, 0)" in done.out
    assert "1080 x 1920: crop to 1056 x 1920 (by 24, 0)" in done.out
    data = json.loads(lamella(monkeypatch, "sizes", file, "--image", "1080,1920", "--json").out)
    assert data["image"] == [{"size": 1080, "below": 1056, "above": 1088}, {"size": 1920, "below": 1920, "above": 1920}]
    assert lamella(monkeypatch, "sizes", file, "--image", "0,5").status == 2
    assert "덧대기" in lamella(monkeypatch, "sizes", file, "--image", "30,30", "--lang", "ko").out


def test_sizes_of_a_picture_with_too_few_axes(tmp_path, monkeypatch):
    file = tmp_path / "skip.yaml"
    file.write_text(SKIP)
    done = lamella(monkeypatch, "sizes", file, "--image", "1080")
    assert done.status == 2
    assert "--image must be 2 sizes, one for each axis" in done.err


def test_codes_as_people_write_them(wrong, monkeypatch):
    assert codes(lamella(monkeypatch, "check", wrong, "--select", "341")) == ["LAM341", "LAM341"]
    listed = lamella(monkeypatch, "explain", "lam31").out.splitlines()
    assert [line.split()[0] for line in listed] == ["LAM311", "LAM312", "LAM313", "LAM314"]
    every = lamella(monkeypatch, "explain", "LAM", "--lang", "ko").out
    assert {"LAM001", "LAM301", "LAM030"} <= {line.split()[0] for line in every.splitlines()}
    assert lamella(monkeypatch, "explain", "301").out.startswith("LAM301")
    assert "Did you mean LAM024?" in lamella(monkeypatch, "explain", "lam24").err


def test_mirror_writes_a_new_file(tmp_path, monkeypatch):
    file, out = tmp_path / "enc.yaml", tmp_path / "whole.yaml"
    file.write_text("# Mine.\n" + SKIP.split("  - UpSampling2D")[0])
    assert lamella(monkeypatch, "mirror", file, "-o", out).status == 0
    assert out.read_text().startswith("# Mine.\n")
    assert lamella(monkeypatch, "check", out, "--output", "540,540,3", "--select", "LAM331").status == 0
    again = lamella(monkeypatch, "mirror", file, "-o", out)
    assert again.status == 2
    assert lamella(monkeypatch, "mirror", file, "--skips", "--decoder-only").status == 2
    assert lamella(monkeypatch, "mirror", file, "--way", "transposed").out.count("Conv2DTranspose") == 1


def test_diff_pairs_layers_as_a_person_would(wrong, monkeypatch):
    other = wrong.with_name("other.yaml")
    other.write_text(
        WRONG.replace("  - MaxPooling2D\n", "  - Dropout: {rate: 0.5}\n  - AveragePooling2D: {pool_size: 2}\n")
    )
    done = lamella(monkeypatch, "diff", wrong, other)
    assert done.status == 1
    signs = [line.split()[:2] for line in done.out.splitlines() if line[:1] in tuple("-+~")]
    assert signs == [["-", "max_pooling2d"], ["+", "dropout"], ["+", "average_pooling2d"]]
    assert lamella(monkeypatch, "diff", wrong, wrong).out == "The designs are the same.\n"
    data = json.loads(lamella(monkeypatch, "diff", wrong, other, "--json").out)
    assert [each["same"] for each in data["layers"]].count(False) == 3
    assert data["totals"]["params"] == {"before": 801, "after": 801}


def test_diff_between_git_revisions(wrong, monkeypatch):
    def git(*arguments):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], cwd=wrong.parent, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    wrong.write_text(WRONG.replace("filters: 8,", "filters: 16,"))
    monkeypatch.chdir(wrong.parent)
    done = lamella(monkeypatch, "diff", "HEAD:wrong.yaml", "wrong.yaml")
    assert "Parameters: 801 → 1,4" in done.out
    wrong.with_name("folder").mkdir()
    for source, said in {
        "HEAD~7:wrong.yaml": "there is no such file, and git knows no revision HEAD~7; git log --oneline lists them",
        "HEAD:right.yaml": "HEAD has no file right.yaml; there is wrong.yaml.",
        "HEAD:.": ". is a folder in HEAD; there is wrong.yaml.",
        "HEAD:folder/x.yaml": "HEAD has no file folder/x.yaml.",
    }.items():
        missing = lamella(monkeypatch, "diff", source, "wrong.yaml")
        assert (missing.status, said in missing.err, "fatal" in missing.err) == (2, True, False), missing.err
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(wrong.parents[1]))
    monkeypatch.chdir(wrong.parents[1])
    assert "in no git repository" in lamella(monkeypatch, "diff", "HEAD:wrong.yaml", wrong).err
    assert "read once" in lamella(monkeypatch, "diff", "-", "-").err
    assert lamella(monkeypatch, "plan", "--output=x:wrong.yaml").status == 2
    assert not (wrong.parent / "x").exists()


def test_explain_a_layer_of_a_design(wrong, monkeypatch):
    picture = wrong.with_name("pool.svg")
    done = lamella(monkeypatch, "explain", wrong, "max_pooling2d", "-o", picture)
    assert "h = ⌊(27 − 2) / 2⌋ + 1 = 13" in done.out
    assert "1 used by no output: 26" in done.out
    tags = [each.tag.rpartition("}")[2] for each in ElementTree.fromstring(picture.read_text()).iter()]
    assert tags.count("path") > 10
    assert lamella(monkeypatch, "explain", wrong, "max_pooling2d", "-o", picture).status == 2
    assert lamella(monkeypatch, "explain", wrong, "nobody").status == 2
    refused = lamella(monkeypatch, "explain", wrong, "batch_normalization", "-o", wrong.with_name("n.svg"))
    assert (refused.status, wrong.with_name("n.svg").exists()) == (2, False)


def test_explain_as_json_is_what_python_gives(wrong, monkeypatch):
    data = json.loads(lamella(monkeypatch, "explain", wrong, "conv2d_transpose", "--json").out)
    found = door.explain(wrong, "conv2d_transpose")
    assert (data["layer"]["output_shape"], data["formulas"]) == ([23, 23, 1], list(found.formulas))
    assert [(each["over"], each["used"]) for each in data["axes"]] == [("output", [3] * 11)] * 2
    assert data["axes"][0]["counts"] == [1, 1, *[2, 1] * 10, 1]
    arguments = json.loads(lamella(monkeypatch, "explain", "conv2d", "--json").out)["arguments"]
    assert arguments[0] == {"name": "filters", "required": True, "default": None, "expected": "an integer >= 1"}
    refused = lamella(monkeypatch, "explain", "conv2d", "-o", wrong.with_name("c.svg"))
    assert (refused.status, "FILE and LAYER" in refused.err) == (2, True)
    missing = lamella(monkeypatch, "explain", wrong, "max_pooling2d", "-o", wrong.parent / "none" / "c.svg")
    assert (missing.status, "there is no folder" in missing.err) == (2, True)


def test_explain_tells_the_errors_of_a_design(wrong, monkeypatch):
    wrong.write_text(WRONG.replace("filters: 8, kernel_size: 3", "filters: 8, kernel_size: x"))
    done = lamella(monkeypatch, "explain", wrong, "conv2d")
    assert (done.status, "kernel_size must be" in done.err, "not known" in done.out) == (1, True, True)


def test_mirror_tells_of_a_large_dense(tmp_path, monkeypatch):
    file = tmp_path / "classifier.yaml"
    file.write_text("input: [64, 64, 1]\nlayers:\n  - MaxPooling2D\n  - Flatten\n  - Dense: {units: 9}\n")
    done = lamella(monkeypatch, "mirror", file)
    assert "holds 10,240 of" in done.err
    assert "With 'max_pooling2d' as the encoder's output" in done.err
    data = json.loads(lamella(monkeypatch, "mirror", file, "--json").out)
    assert (data["text"], data["cost"]["params"], data["plan"]["outputs"]) == (done.out, 10240, {"conv2d": [64, 64, 1]})


def test_sizes_of_a_classifier_and_of_a_vector(tmp_path, monkeypatch):
    file = tmp_path / "classifier.yaml"
    file.write_text(
        "input: [30, 40, 1]\nlayers:\n  - MaxPooling2D: {pool_size: 8}\n  - Flatten\n  - Dense: {units: 9}\n"
    )
    done = lamella(monkeypatch, "sizes", file, "--image", "33,47")
    assert (done.status, "height: 24 to 31" in done.out, "crop to 31 x 47 (by 2, 0)" in done.out) == (0, True, True)
    assert "With GlobalAveragePooling2D in place of Flatten" in done.out
    file.write_text("input: [30]\nlayers:\n  - Dense: {units: 9}\n")
    assert "no sizes to choose" in lamella(monkeypatch, "sizes", file).out
