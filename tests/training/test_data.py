"""Data: IDX files whole and broken, the embedded digits, and the script that makes them."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from lamella.errors import DataError
from lamella.training import data

NAMES = list(data.IDX_FILES.values())
TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = NAMES
SCRIPT = Path(__file__).parents[2] / "scripts" / "make_digits.py"
MIB = 1024 * 1024


def idx(magic, *lengths, body=None):
    """An IDX file: header, then `body` or as many counting bytes as the header promises."""
    promised = int(np.prod(lengths))
    return struct.pack(f">{1 + len(lengths)}I", magic, *lengths) + (
        bytes(each % 251 for each in range(promised)) if body is None else body
    )


def whole_files():
    """Twelve training and ten test images of 5 x 4, with labels."""
    return {
        TRAIN_IMAGES: idx(2051, 12, 5, 4),
        TRAIN_LABELS: idx(2049, 12),
        TEST_IMAGES: idx(2051, 10, 5, 4),
        TEST_LABELS: idx(2049, 10),
    }


def write(folder, **changed):
    """The whole files in `folder`; `changed` replaces some by their key in IDX_FILES."""
    for name, content in (whole_files() | {data.IDX_FILES[key]: new for key, new in changed.items()}).items():
        (folder / name).write_bytes(content)


def refusal(name):
    """The one problem that loading `name` ends with."""
    with pytest.raises(DataError) as caught:
        data.load(name, (28, 28, 1))
    (problem,) = caught.value.problems
    return problem


PACKED = gzip.compress(idx(2051, 12, 5, 4), mtime=0)
WRONG_CHECKSUM = PACKED[:-8] + bytes(4) + PACKED[-4:]

# id: which file, its bytes, what is said in English, in Korean
BROKEN = {
    "empty": ("train_images", b"", "it ends within its header", "머리말 안에서 끝납니다"),
    "half a header": (
        "test_labels",
        idx(2049, 10)[:7],
        "it ends within its header",
        "머리말 안에서 끝납니다",
    ),
    "labels as images": (
        "train_images",
        idx(2049, 12),
        "must begin with the number 2051 and begins with 2049",
        "있어야 할 수 2051, 실제 2049",
    ),
    "images as labels": (
        "test_labels",
        idx(2051, 10, 5, 4),
        "must begin with the number 2049 and begins with 2051",
        "있어야 할 수 2049, 실제 2051",
    ),
    "little-endian": (
        "train_images",
        struct.pack("<4I", 2051, 12, 5, 4) + bytes(240),
        "must begin with the number 2051 and begins with 50855936",
        "실제 50855936",
    ),
    "a web page": (
        "test_images",
        b"<!DOCTYPE html><html>not found</html>",
        "must begin with the number 2051",
        "있어야 할 수 2051",
    ),
    "one byte short": (
        "train_images",
        idx(2051, 12, 5, 4)[:-1],
        "promises 240 bytes, and 239 follow",
        "240바이트라고 되어 있는데 239바이트뿐",
    ),
    "one byte more": (
        "train_labels",
        idx(2049, 12) + b"\0",
        "more follows than the 12 bytes that its header promises",
        "12바이트보다 더 많습니다",
    ),
    "no images": (
        "test_images",
        idx(2051, 0, 5, 4),
        "promises 0 bytes; 1 to 268435456 are read",
        "0바이트라고 되어 있습니다",
    ),
    "no width": ("test_images", idx(2051, 10, 5, 0), "promises 0 bytes; 1 to", "0바이트라고 되어 있습니다"),
    "huge counts": (
        "train_images",
        idx(2051, *[2**32 - 1] * 3, body=b"abc"),
        f"promises {(2**32 - 1) ** 3} bytes; 1 to 268435456 are read",
        "읽는 범위: 1~268435456바이트",
    ),
    "huge label count": (
        "train_labels",
        idx(2049, 2**32 - 1, body=b""),
        "promises 4294967295 bytes",
        "4294967295바이트",
    ),
    "fewer labels": (
        "train_labels",
        idx(2049, 11),
        "it holds 11 labels for 12 images",
        "이미지는 12개인데 레이블은 11개",
    ),
    "more labels": (
        "test_labels",
        idx(2049, 11),
        "it holds 11 labels for 10 images",
        "이미지는 10개인데 레이블은 11개",
    ),
    "other size": (
        "test_images",
        idx(2051, 10, 4, 5),
        "its images are (4, 5), the training images (5, 4)",
        "(4, 5)인데 학습 이미지는 (5, 4)",
    ),
    "truncated gzip": ("train_images", PACKED[:-20], "its gzip packing ends too soon", "중간에 끊겼습니다"),
    "gzip without checksum": (
        "train_images",
        PACKED[:-8],
        "its gzip packing ends too soon",
        "중간에 끊겼습니다",
    ),
    "only gzip's first bytes": ("train_images", PACKED[:2], "its gzip packing ends too soon", "중간에"),
    "wrong gzip checksum": ("train_images", WRONG_CHECKSUM, "its gzip packing is damaged", "손상되었습니다"),
    "damaged gzip": (
        "train_images",
        PACKED[:12] + b"\xff" * 30 + PACKED[42:],
        "its gzip packing is damaged",
        "손상되었습니다",
    ),
    "more after gzip": ("train_images", PACKED + b"more", "its gzip packing is damaged", "손상되었습니다"),
    "more inside gzip": (
        "train_images",
        gzip.compress(idx(2051, 12, 5, 4) + b"more"),
        "more follows than the 240 bytes",
        "240바이트보다 더 많습니다",
    ),
}


@pytest.mark.parametrize(("key", "content", "en", "ko"), BROKEN.values(), ids=BROKEN)
def test_broken_file(tmp_path, key, content, en, ko):
    write(tmp_path, **{key: content})
    problem = refusal(f"mnist:{tmp_path}")
    assert problem.code == "LAM122"
    assert problem.where.file == str(tmp_path / data.IDX_FILES[key])
    assert en in problem.text("en")
    assert ko in problem.text("ko")


@pytest.mark.parametrize("name", ["", "digit", "Digits", "mnist", "mnist:", "/some/folder"])
def test_unknown_name(name):
    problem = refusal(name)
    assert problem.code == "LAM120"
    assert f'There is no data set "{name}". Use digits (embedded), mnist:FOLDER' in problem.text()


@pytest.mark.parametrize("name", NAMES)
def test_missing_file(tmp_path, name):
    write(tmp_path)
    (tmp_path / name).unlink()
    problem = refusal(f"mnist:{tmp_path}")
    assert problem.code == "LAM121"
    assert problem.where.file == str(tmp_path)
    assert f"The folder has no {name}, gzipped or not. It needs {', '.join(NAMES)}" in problem.text()


@pytest.mark.parametrize("name", ["missing", "zero\0inside"])
def test_missing_folder(tmp_path, name):
    problem = refusal(f"mnist:{tmp_path / name}")
    assert problem.code == "LAM132"
    assert problem.where.file == str(tmp_path / name)
    assert "There is no such file or folder." in problem.text()


def test_folder_name_that_no_system_takes(tmp_path):
    problem = refusal(f"mnist:{tmp_path / ('a' * 5000)}")
    assert problem.code in ("LAM100", "LAM132")
    assert "can't be read" in problem.text() or "no such file" in problem.text()


def test_file_in_place_of_the_folder(tmp_path):
    write(tmp_path)
    problem = refusal(f"mnist:{tmp_path / TRAIN_IMAGES}")
    assert problem.code == "LAM122"
    assert "mnist: needs the folder that holds the four files, and this is a file" in problem.text()


def test_folder_in_place_of_a_file(tmp_path):
    write(tmp_path)
    (tmp_path / TEST_IMAGES).unlink()
    (tmp_path / TEST_IMAGES).mkdir()
    problem = refusal(f"mnist:{tmp_path}")
    assert problem.where.file == str(tmp_path / TEST_IMAGES)
    assert "it is a folder or a device" in problem.text()
    assert "폴더이거나 장치입니다" in problem.text("ko")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_in_place_of_a_file(tmp_path):
    write(tmp_path)
    (tmp_path / TEST_IMAGES).unlink()
    os.mkfifo(tmp_path / TEST_IMAGES)
    assert "it is a folder or a device" in refusal(f"mnist:{tmp_path}").text()


def test_link_to_nothing(tmp_path):
    write(tmp_path)
    (tmp_path / TEST_IMAGES).unlink()
    (tmp_path / TEST_IMAGES).symlink_to(tmp_path / "nothing")
    problem = refusal(f"mnist:{tmp_path}")
    assert problem.where.file == str(tmp_path / TEST_IMAGES)
    assert "it can't be read (No such file or directory)" in problem.text()
    assert "읽을 수 없습니다(" in problem.text("ko")


def bomb():
    """A gzip file that unpacks to 64 MiB after the header of twelve small images."""
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(idx(2051, 12, 5, 4)), *(packer.compress(bytes(MIB)) for _ in range(64))]
    return b"".join([*parts, packer.flush()])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (bomb(), "more follows than the 240 bytes"),
        (idx(2051, 200, 1024, 1024, body=b"abc"), "promises 209715200 bytes, and 3 follow"),
        (gzip.compress(idx(2051, 200, 1024, 1024, body=b"abc")), "promises 209715200 bytes, and 3 follow"),
    ],
    ids=["gzip bomb", "plain header", "gzipped header"],
)
def test_memory_follows_what_is_there(tmp_path, content, text):
    write(tmp_path, train_images=content)
    tracemalloc.start()
    try:
        assert text in refusal(f"mnist:{tmp_path}").text()
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


def test_whole_folder(tmp_path):
    write(tmp_path)
    images = data.load(f"mnist:{tmp_path}", (28, 28, 1))
    assert images.name == f"mnist:{tmp_path}"
    assert images.train.shape == (12, 5, 4, 1)
    assert images.test.shape == (10, 5, 4, 1)
    assert images.train.dtype == images.test.dtype == np.uint8
    assert images.train.ravel().tolist() == list(range(240))
    assert images.test[3, 2, 1, 0] == 3 * 20 + 2 * 4 + 1
    assert data.read_mnist(tmp_path)["test_labels"].tolist() == list(range(10))


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_every_spelling_gives_the_same(tmp_path, gzipped, dotted, suffix):
    write(tmp_path)
    expected = data.load(f"mnist:{tmp_path}", (28, 28, 1)).fingerprint
    for name in NAMES:
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        spelled = (name.replace("-idx", ".idx") if dotted else name) + suffix
        (tmp_path / spelled).write_bytes(gzip.compress(content) if gzipped else content)
    assert data.load(f"mnist:{tmp_path}", (28, 28, 1)).fingerprint == expected


def test_the_unpacked_file_counts(tmp_path):
    write(tmp_path)
    (tmp_path / f"{TEST_IMAGES}.gz").write_bytes(b"broken")
    assert data.load(f"mnist:{tmp_path}", (28, 28, 1)).test.shape == (10, 5, 4, 1)


def test_fingerprint_is_over_bytes_and_shapes(tmp_path):
    write(tmp_path)
    images = data.load(f"mnist:{tmp_path}", (28, 28, 1))
    digest = hashlib.sha256(b"(12, 5, 4, 1)\n" + images.train.tobytes() + b"(10, 5, 4, 1)\n" + images.test.tobytes())
    assert images.fingerprint == f"sha256:{digest.hexdigest()}"
    write(tmp_path, train_images=idx(2051, 12, 4, 5), test_images=idx(2051, 10, 4, 5))
    turned = data.load(f"mnist:{tmp_path}", (28, 28, 1))
    assert turned.train.tobytes() == images.train.tobytes()
    assert turned.fingerprint != images.fingerprint


def test_images_are_read_only():
    for images in (data.load("digits", (28, 28, 1)).train, data.load("digits", (28, 28, 1)).test):
        with pytest.raises(ValueError, match="read-only"):
            images[0] = 0


def test_digits():
    images = data.load("digits", (28, 28, 1))
    assert images.name == "digits"
    assert images.train.shape == (10000, 28, 28, 1)
    assert images.test.shape == (2000, 28, 28, 1)
    assert images.train.dtype == images.test.dtype == np.uint8
    # In all of MNIST each digit has 8.9 % to 11.4 %; an evenly spaced subset comes near that.
    arrays = data.read_digits()
    for part, n in (("train", 10000), ("test", 2000)):
        shares = np.bincount(arrays[f"{part}_labels"], minlength=10) / n
        assert shares.shape == (10,)
        assert shares.min() > 0.075
        assert shares.max() < 0.125
    assert images.fingerprint == "sha256:0b3b00d54643d92bdf53286b860e9b31165ff2a53b6b12b705f25803327511a2"


def test_to_float():
    floats = data.to_float(np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1))
    assert floats.dtype == np.float32
    assert floats.shape == (1, 16, 16, 1)
    assert floats.min() == 0
    assert floats.max() == 1
    np.testing.assert_allclose(floats.ravel(), [level / 255 for level in range(256)], rtol=1e-7)
    with pytest.raises(AssertionError, match="float32"):
        data.to_float(floats)


@pytest.fixture
def make_digits():
    spec = importlib.util.spec_from_file_location("make_digits", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_make_digits(make_digits, tmp_path, monkeypatch, capsys):
    write(tmp_path)
    written = []
    for name in ("once.npz", "twice.npz"):
        monkeypatch.setattr(make_digits, "DIGITS", tmp_path / name)
        monkeypatch.setattr("sys.argv", ["make_digits.py", str(tmp_path)])
        assert make_digits.main() == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert "train_images (2, 5, 4)" in capsys.readouterr().out
    with np.load(tmp_path / "once.npz", allow_pickle=False) as arrays:
        assert list(arrays) == list(data.IDX_FILES)
        assert arrays["train_labels"].tolist() == [0, 6]
        assert arrays["test_labels"].tolist() == [0, 5]
        assert arrays["train_images"][1].ravel().tolist() == list(range(120, 140))
        assert arrays["test_images"][1].ravel().tolist() == list(range(100, 120))


def test_make_digits_without_its_files(make_digits, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_digits, "DIGITS", tmp_path / "never.npz")
    monkeypatch.setattr("sys.argv", ["make_digits.py", str(tmp_path)])
    assert make_digits.main() == 2
    assert f"The folder has no {TRAIN_IMAGES}" in capsys.readouterr().err
    assert not (tmp_path / "never.npz").exists()


def test_embedded_file_is_small_and_has_no_time():
    path = SCRIPT.parents[1] / "src" / "lamella" / "data" / "digits.npz"
    assert path.stat().st_size <= 3 * MIB
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
