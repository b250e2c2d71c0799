"""`lamella demo` from its start to its report, beside a script in Keras that does the same epochs on the same images.

python benchmarks/demo.py [rounds] [epochs]: whole processes that take turns; medians with the least and most. The
script is the study note's way: the layers as Keras has them, `fit` with a tenth held out, the test loss, and a
picture of ten restored digits. It measures no SSIM and no PCA and writes no report, which `lamella demo` does.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import lamella
from lamella import write
from lamella.api import ready_design

SCRIPT = """
import sys
import numpy as np
from PIL import Image

{model}
with np.load({digits!r}) as arrays:
    learned, test = (arrays[name][..., None].astype("float32") / 255 for name in ("train_images", "test_images"))
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
model.fit(learned, learned, batch_size=64, epochs={epochs}, validation_split=0.1, verbose=0)
loss = model.evaluate(test, test, verbose=0)
restored = model.predict(test[:10], verbose=0)
sheet = np.concatenate([np.concatenate(list(each[..., 0]), axis=1) for each in (test[:10], restored)])
Image.fromarray((sheet * 255).astype("uint8")).save({picture!r})
print(loss)
"""


def main() -> None:
    rounds, epochs = (int(each) for each in (*sys.argv[1:], *("5", "20")[len(sys.argv) - 1 :]))
    digits = Path(lamella.__file__).parent / "data" / "digits.npz"
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds, {epochs} epochs")
    spent: dict[str, list[float]] = {"lamella demo": [], "the note in Keras": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            out = folder / "demo"
            command = [sys.executable, "-m", "lamella", "demo", "--epochs", str(epochs), "--quiet", "-o", str(out)]
            spent["lamella demo"].append(_seconds(command))
            done = len((out / "run" / "metrics.jsonl").read_text("utf-8").splitlines())
            facts = json.loads((out / "run" / "run.json").read_text("utf-8"))
            assert done == epochs, f"the demo did {done} epochs: {facts['status']}"
            script = folder / "note.py"
            model = write(ready_design("upsampling-autoencoder"), "keras")
            picture = str(folder / "restored.png")
            script.write_text(SCRIPT.format(model=model, digits=str(digits), epochs=epochs, picture=picture), "utf-8")
            spent["the note in Keras"].append(_seconds([sys.executable, str(script)]))
    print("| | seconds | least to most |")
    print("|---|---|---|")
    for each, found in spent.items():
        print(f"| {each} | {median(found):.1f} | {min(found):.1f} to {max(found):.1f} |")
    ratio = median(spent["lamella demo"]) / median(spent["the note in Keras"])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"lamella demo takes {ratio:.2f} times as long; the larger of the two needs {peak:,.0f} MiB")


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    )
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
