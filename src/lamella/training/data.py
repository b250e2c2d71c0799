"""Images to train on and to hold out: the embedded digits, MNIST's four IDX files, or a folder of pictures.

Source of the IDX format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". A file
begins with big-endian 32-bit numbers: the magic 0x0800 + number of axes, then the length of each axis; bytes
follow.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamella.errors import DataError, Place, problem
from lamella.texts.languages import phrase
from lamella.training.folder import fingerprint, read_folder, tested
from lamella.training.streaming import Streamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader

    from numpy.typing import NDArray

    from lamella.texts.languages import Phrase
    from lamella.training.streaming import Images

IDX_FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
# MNIST's largest file unpacks to 45 MiB; a header that promises more than this is not followed.
LIMIT_BYTES = 256 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True, eq=False)
class ImageData:
    """Images by the name they were asked for: uint8, shape (n, height, width, channels), read-only.

    `fingerprint` is "sha256:..." over the bytes and shapes of both arrays, of a folder over names and files: the same
    for the same images, wherever they were read from. `fitted` of them were changed in size or mode.
    """

    name: str
    train: Images
    test: Images
    fingerprint: str
    fitted: int = 0

    def as_json(self) -> dict[str, object]:
        """What a run keeps of its data."""
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "train": len(self.train),
            "test": len(self.test),
            "fitted": self.fitted,
            "held": "streamed" if isinstance(self.train, Streamed) else "in memory",
        }


def load(name: str, shape: tuple[int, ...]) -> ImageData:
    """The images of `"digits"` (embedded in lamella), `"mnist:FOLDER"` (see `read_mnist`) or `"folder:FOLDER"`.

    The pictures of a folder are fitted to `shape`, (height, width, channels); the others have a shape of their own.

    Raises:
        DataError: the name is none of these, or a file of the folder is missing or broken.

    >>> load("digits", (28, 28, 1)).train.shape
    (10000, 28, 28, 1)
    """
    if folder := _pictures_of(name):
        found = read_folder(folder, shape)
        return ImageData(name, found.train, found.test, found.fingerprint, found.fitted)
    if name == "digits":
        arrays = read_digits()
    elif name.startswith("mnist:") and name != "mnist:":
        arrays = read_mnist(Path(name.removeprefix("mnist:")))
    else:
        raise DataError(problem("data unknown", received=name))
    train, test = (arrays[key][..., np.newaxis] for key in ("train_images", "test_images"))
    digest = hashlib.sha256()
    for images in (train, test):
        images.setflags(write=False)
        digest.update(f"{images.shape}\n".encode())
        digest.update(images.ravel().data)
    return ImageData(name, train, test, f"sha256:{digest.hexdigest()}")


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The images that `load` holds out from all training, in its order.

    `names` are the files' where they are pictures of a folder. `fingerprint()` is that of all the data: of a folder
    every file is read for it.
    """

    images: Images
    names: tuple[str, ...] | None
    fingerprint: Callable[[], str]


def held_out(name: str, shape: tuple[int, ...]) -> HeldOut:
    """What `load` would hold out; a folder's pictures are not decoded before they are asked for. Raises `DataError`."""
    if folder := _pictures_of(name):
        images, names = tested(folder, shape)
        return HeldOut(images, names, partial(fingerprint, folder))
    data = load(name, shape)
    return HeldOut(data.test, None, lambda: data.fingerprint)


def _pictures_of(name: str) -> Path | None:
    """The folder of pictures that a name means, if it means one."""
    folder = name.removeprefix("folder:")
    return Path(folder) if name.startswith("folder:") and folder else None


def to_float(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The same images as float32 in [0, 1]: 255 becomes 1. The shape stays.

    >>> to_float(np.array([0, 51, 255], np.uint8)).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    assert images.dtype == np.uint8, images.dtype
    return images.astype(np.float32) / np.float32(255)


def read_digits() -> dict[str, NDArray[np.uint8]]:
    """The four arrays of the embedded digits, keyed and shaped as `read_mnist` gives them."""
    with (
        files("lamella.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return {key: arrays[key] for key in IDX_FILES}


def read_mnist(folder: Path) -> dict[str, NDArray[np.uint8]]:
    """MNIST's four files: {train,test}_images (n, height, width) and {train,test}_labels (n,), uint8.

    Each file may be gzipped (its first bytes tell) and may be spelled with a dot, train-images.idx3-ubyte.
    Where a folder holds a file several times, the one without .gz counts, then the one without a dot.

    Raises:
        DataError: the folder or a file is missing, or a file is not what its header says.
    """
    paths = _paths(folder)
    arrays = {key: _read_idx(path, axes=3 if "images" in key else 1) for key, path in paths.items()}
    for part in ("train", "test"):
        images, labels = (len(arrays[f"{part}_{kind}"]) for kind in ("images", "labels"))
        if images != labels:
            reason = phrase(
                "it holds {labels} labels for {images} images",
                "이미지는 {images}개인데 레이블은 {labels}개입니다",
                labels=labels,
                images=images,
            )
            raise _broken(paths[f"{part}_labels"], reason)
    train, test = (arrays[key].shape[1:] for key in ("train_images", "test_images"))
    if train != test:
        reason = phrase(
            "its images are {test:value}, the training images {train:value}",
            "이미지 크기가 {test:value}인데 학습 이미지는 {train:value}입니다",
            test=test,
            train=train,
        )
        raise _broken(paths["test_images"], reason)
    return arrays


def _paths(folder: Path) -> dict[str, Path]:
    """Where each of the four files is; all four are there before any is read."""
    try:
        present = {entry.name for entry in folder.iterdir()}
    except (FileNotFoundError, ValueError):  # ValueError: no path can hold a zero character
        raise DataError(problem("path missing", Place(file=str(folder)), suggestion="")) from None
    except NotADirectoryError:
        reason = phrase(
            "mnist: needs the folder that holds the four files, and this is a file",
            "mnist: 에는 파일 네 개가 든 폴더가 필요한데 이것은 파일입니다",
        )
        raise _broken(folder, reason) from None
    except OSError as error:
        raise DataError(problem("file unreadable", Place(file=str(folder)), reason=_refused(error))) from None
    found = {}
    for key, name in IDX_FILES.items():
        dotted = name.replace("-idx", ".idx")
        spelled = [each for each in (name, dotted, f"{name}.gz", f"{dotted}.gz") if each in present]
        if not spelled:
            known = list(IDX_FILES.values())
            raise DataError(problem("data file missing", Place(file=str(folder)), expected=name, known=known))
        found[key] = folder / spelled[0]
    return found


def _read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """One IDX file in the shape that its header gives; memory follows what is there, not the header."""
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever
            raise _broken(path, phrase("it is a folder or a device", "폴더이거나 장치입니다"))
        with path.open("rb") as raw, _unpacked(raw) as file:
            shape = _read_header(path, file, axes)
            size = math.prod(shape)
            body = bytearray()
            while len(body) < size and (block := file.read(min(BLOCK_BYTES, size - len(body)))):
                body += block
            more = file.read(1)  # reaches the end, where gzip compares its checksum
    except EOFError:
        raise _broken(path, phrase("its gzip packing ends too soon", "gzip 압축이 중간에 끊겼습니다")) from None
    except (gzip.BadGzipFile, zlib.error):
        raise _broken(path, phrase("its gzip packing is damaged", "gzip 압축이 손상되었습니다")) from None
    except OSError as error:
        raise DataError(problem("file unreadable", Place(file=str(path)), reason=_refused(error))) from None
    if len(body) < size:
        reason = phrase(
            "its header promises {size} bytes, and {received} follow",
            "머리말에는 {size}바이트라고 되어 있는데 {received}바이트뿐입니다",
            size=size,
            received=len(body),
        )
        raise _broken(path, reason)
    if more:
        reason = phrase(
            "more follows than the {size} bytes that its header promises",
            "머리말에 적힌 {size}바이트보다 더 많습니다",
            size=size,
        )
        raise _broken(path, reason)
    return np.frombuffer(body, np.uint8).reshape(shape)


def _read_header(path: Path, file: BufferedReader | gzip.GzipFile, axes: int) -> tuple[int, ...]:
    """The length of each axis."""
    header = file.read(4 * (1 + axes))
    if len(header) < 4 * (1 + axes):
        raise _broken(path, phrase("it ends within its header", "머리말 안에서 끝납니다"))
    magic, *lengths = struct.unpack(f">{1 + axes}I", header)
    if magic != 0x0800 + axes:
        reason = phrase(
            "it must begin with the number {expected} and begins with {received}",
            "시작하는 수가 다릅니다. 있어야 할 수 {expected}, 실제 {received}",
            expected=0x0800 + axes,
            received=magic,
        )
        raise _broken(path, reason)
    size = math.prod(lengths)
    if not 1 <= size <= LIMIT_BYTES:
        reason = phrase(
            "its header promises {size} bytes; 1 to {limit} are read",
            "머리말에는 {size}바이트라고 되어 있습니다. 읽는 범위: 1~{limit}바이트",
            size=size,
            limit=LIMIT_BYTES,
        )
        raise _broken(path, reason)
    return tuple(lengths)


def _unpacked(raw: BufferedReader) -> BufferedReader | gzip.GzipFile:
    """The file, through gzip where it begins like a gzip file; an IDX file begins with two zeros."""
    return gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw


def _refused(error: OSError) -> Phrase:
    return phrase("it can't be read ({why})", "읽을 수 없습니다({why})", why=error.strerror or str(error))


def _broken(path: Path, reason: Phrase) -> DataError:
    return DataError(problem("data file broken", Place(file=str(path)), reason=reason))
