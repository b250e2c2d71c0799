"""A run folder with random weights, as `lamella train` would leave it: what benchmarks of restoring restore with."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any


def write(folder: Path, design: Any) -> Any:
    """Writes the run and gives its Keras model."""
    import keras

    from lamella.building.keras_model import keras_model
    from lamella.building.keras_weights import take_weights
    from lamella.training import run
    from lamella.training.settings import Settings

    keras.utils.set_random_seed(0)
    model = keras_model(design)
    run.create(folder, design)
    run.write_weights(folder, take_weights(model, design))
    run.write_epochs(folder, [])
    run.write_json(folder / run.FACTS, {"schema": 1, "settings": asdict(Settings())})
    return model
