"""One picture restored from cold: whole processes of `lamella restore` beside a script with Keras.

python benchmarks/cold.py [rounds]: the processes take turns; medians with the least and most, and the most memory.
The script does what a person would write: it loads a saved model, decodes the picture with Pillow, predicts and saves.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import untrained_run
from PIL import Image
from training_contestants import TEXTS

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


def spent(command: list[str]) -> tuple[float, float]:
    """Seconds from the start of a process to its end, and the most MiB that it held."""
    settings = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
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
    from lamella.sources import yaml_file

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds\n")
    print("| network | | seconds | least to most | peak MiB |")
    print("|---|---|---|---|---|")
    for network in ("upsampling", "large"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            model = untrained_run.write(folder / "run", yaml_file.read(TEXTS[network].encode(), network))
            model.save(folder / "saved.keras")
            height, width, channels = model.input_shape[1:]
            pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
            Image.fromarray(pixels.squeeze()).save(folder / "one.png")
            (folder / "out").mkdir()  # a picture beside the source would not be replaced
            script = folder / "script.py"
            script.write_text(KERAS.format(mode="L" if channels == 1 else "RGB"), "utf-8")
            files = [str(folder / each) for each in ("saved.keras", "one.png", "out/keras.png")]
            restore = ["-m", "lamella", "restore", str(folder / "run"), str(folder / "one.png")]
            commands = {
                "Keras": [sys.executable, str(script), *files],
                "lamella": [sys.executable, *restore, "-o", str(folder / "out" / "lamella.png")],
            }
            found: dict[str, list[tuple[float, float]]] = {each: [] for each in commands}
            for _ in range(rounds):
                for each, command in commands.items():
                    found[each].append(spent(command))
            levels = [np.asarray(Image.open(folder / "out" / f"{each.lower()}.png"), int) for each in commands]
            assert abs(levels[0] - levels[1]).max() <= 1, "both restore the same picture"
        medians = {each: median(seconds for seconds, _ in times) for each, times in found.items()}
        for each, times in found.items():
            low, high = min(times)[0], max(times)[0]
            peak = max(memory for _, memory in times)
            print(f"| {network} | {each} | {medians[each]:.2f} | {low:.2f} to {high:.2f} | {peak:,.0f} |")
        print(f"| {network} | lamella beside Keras | {medians['lamella'] / medians['Keras']:.2f} | | |", flush=True)


if __name__ == "__main__":
    main()
