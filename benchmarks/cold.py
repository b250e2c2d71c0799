"""One picture restored from cold: whole processes of `lamella restore` beside a script with Keras.

python benchmarks/cold.py [rounds]: the processes take turns, behind one of each that is not counted; medians with the
least and most, and the most memory. The script does what a person would write: it loads a saved model, decodes the
picture with Pillow, predicts and saves.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

KERAS = """
import sys
import keras
import numpy as np
from PIL import Image
_, saved, source, target = sys.argv
model = keras.models.load_model(saved)
pixels = np.asarray(Image.open(source).convert("{mode}"), np.float32) / 255
restored = model.predict(pixels.reshape(1, *model.input_shape[1:]), verbose=0)[0]
Image.fromarray(np.rint(restored.squeeze() * 255).astype(np.uint8)).save(target)
"""


def prepare(network: str, folder: Path) -> None:
    """Writes run, saved model and picture; in a process of its own, as a child's memory counts its parent's."""
    import numpy as np
    import untrained_run
    from PIL import Image
    from training_contestants import TEXTS

    from lamella.sources import yaml_file

    model = untrained_run.write(folder / "run", yaml_file.read(TEXTS[network].encode(), network))
    model.save(folder / "saved.keras")
    height, width, channels = model.input_shape[1:]
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    Image.fromarray(pixels.squeeze()).save(folder / "one.png")
    (folder / "out").mkdir()  # a picture beside the source would not be replaced
    (folder / "script.py").write_text(KERAS.format(mode="L" if channels == 1 else "RGB"), "utf-8")


def compare(pictures: list[str]) -> None:
    """Ends with an error where two pictures are not the same but for rounding."""
    import numpy as np
    from PIL import Image

    one, other = (np.asarray(Image.open(each), int) for each in pictures)
    assert abs(one - other).max() <= 1, "they restored different pictures"


def spent(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds from the start of a process to its end, and the most MiB that it held."""
    # Compiled once, as what is installed is.
    settings = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    nothing = os.open(os.devnull, os.O_WRONLY)
    quiet = [(os.POSIX_SPAWN_DUP2, nothing, place) for place in (1, 2)]
    began = time.perf_counter()
    process = os.posix_spawn(command[0], command, settings, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    ended = time.perf_counter()
    os.close(nothing)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {' '.join(command)}")
    return ended - began, used.ru_maxrss / 1024


def main() -> None:
    if sys.argv[1:2] == ["prepare"]:
        prepare(sys.argv[2], Path(sys.argv[3]))
        return
    if sys.argv[1:2] == ["compare"]:
        compare(sys.argv[2:])
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds\n")
    print("| network | | seconds | least to most | peak MiB |")
    print("|---|---|---|---|---|")
    for network in ("upsampling", "large"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            subprocess.run([sys.executable, __file__, "prepare", network, name], check=True, capture_output=True)
            files = [str(folder / each) for each in ("saved.keras", "one.png", "out/keras.png")]
            restore = ["-m", "lamella", "restore", str(folder / "run"), str(folder / "one.png")]
            commands = {
                "Keras": [sys.executable, str(folder / "script.py"), *files],
                "lamella": [sys.executable, *restore, "-o", str(folder / "out" / "lamella.png")],
            }
            found: dict[str, list[tuple[float, float]]] = {each: [] for each in commands}
            for counted in [False] + [True] * rounds:
                for each, command in commands.items():
                    took = spent(command, folder)
                    found[each] += [took] if counted else []
            one, other = (str(folder / "out" / f"{each.lower()}.png") for each in commands)
            subprocess.run([sys.executable, __file__, "compare", one, other], check=True)
        medians = {each: median(seconds for seconds, _ in times) for each, times in found.items()}
        for each, times in found.items():
            low, high = min(times)[0], max(times)[0]
            peak = max(memory for _, memory in times)
            print(f"| {network} | {each} | {medians[each]:.2f} | {low:.2f} to {high:.2f} | {peak:,.0f} |")
        print(f"| {network} | lamella beside Keras | {medians['lamella'] / medians['Keras']:.2f} | | |", flush=True)


if __name__ == "__main__":
    main()
