"""Write src/lamella/data/digits.npz, the digits embedded in lamella, from MNIST's four IDX files.

    python scripts/make_digits.py MNIST_FOLDER

It takes every 6th training image and every 5th test image: 10,000 and 2,000, evenly spaced over the whole
files. The first half of MNIST's test file is cleaner and easier than its second half (the halves come from
two groups of writers, says MNIST's own page), so the first 2,000 test images would flatter whatever is
measured on them.

The same MNIST gives the same bytes with the same zlib: the entries of the file carry no time.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamella.errors import DataError
from lamella.training.data import read_mnist

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DIGITS = Path(__file__).resolve().parents[1] / "src" / "lamella" / "data" / "digits.npz"
STEPS = {"train_images": 6, "train_labels": 6, "test_images": 5, "test_labels": 5}
LIMIT_BYTES = 3 * 1024 * 1024


def spaced(arrays: Mapping[str, NDArray[np.uint8]]) -> dict[str, NDArray[np.uint8]]:
    """Every 6th of the training arrays and every 5th of the test arrays, from the first on."""
    return {key: np.ascontiguousarray(arrays[key][::step]) for key, step in STEPS.items()}


def write_npz(path: Path, arrays: Mapping[str, NDArray[np.uint8]]) -> None:
    """One .npz as numpy.load reads it, with the time, system and packing of its entries fixed.

    numpy.savez_compressed gives the same bytes each time as well, but doesn't promise to, and packs less
    tightly.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for key, array in arrays.items():
            entry = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever this runs
            file = io.BytesIO()
            np.lib.format.write_array(file, array, allow_pickle=False)
            archive.writestr(entry, file.getvalue(), compresslevel=9)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the embedded digits from MNIST's four IDX files.")
    parser.add_argument("folder", metavar="MNIST_FOLDER", type=Path)
    try:
        arrays = spaced(read_mnist(parser.parse_args().folder))
    except DataError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    write_npz(DIGITS, arrays)
    size_bytes = DIGITS.stat().st_size
    print(f"{DIGITS}: {size_bytes} bytes")
    for key, array in arrays.items():
        print(f"{key} {array.shape}")
    if size_bytes > LIMIT_BYTES:
        print(f"larger than {LIMIT_BYTES} bytes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
