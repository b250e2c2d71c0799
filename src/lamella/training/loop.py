"""Training: a `keras.Model` and images, the image being its own label, to the best weights seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.building.engines import load, load_keras
from lamella.texts.languages import phrase
from lamella.training.fitting import fit
from lamella.training.following import Follower, History
from lamella.training.interrupts import interrupts_between_steps
from lamella.training.lanes import WHOLE, Cut
from lamella.training.settings import Settings, Watch
from lamella.training.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import keras

    from lamella.training.streaming import Images


def train(
    model: keras.Model,
    images: Images,
    settings: Settings,
    watch: Watch,
    keep: Callable[[History], None],
    learner: keras.Model | None = None,
    cut: Cut = WHOLE,
) -> History:
    """Trains `model` on `images`, uint8 (n, height, width, channels), and leaves the best weights in it.

    `learner` is trained in its place where there is one, a model over the same variables, with its batches `cut`
    on TensorFlow. The last part of a random order, `settings.validation` of all, is held out for choosing the
    weights. `keep` is called after every epoch, with the model at that epoch's weights. Ctrl-C ends the training; the
    best so far is kept. Raises `TrainingError` where the loss is not finite.
    """
    keras = load_keras()
    draw = load("numpy", phrase("training", "학습"), "train").random.default_rng(settings.seed)
    order = draw.permutation(len(images))
    held_out = min(max(1, round(len(images) * settings.validation)), len(images) - 1)
    history = History(order[:-held_out])
    follower = Follower(model, settings, history, watch, keep)
    trained = learner or model
    trained.compile(
        optimizer=keras.optimizers.Adam(settings.learning_rate),
        loss=keras.losses.BinaryCrossentropy(),
        jit_compile=keras.backend.backend() == "jax",
    )
    try:
        with interrupts_between_steps() as stop_if_asked:
            if keras.backend.backend() == "tensorflow":
                steps = Steps(trained, images, cut)
                last = False
                for epoch in range(1, settings.epochs + 1):
                    follower.begin(epoch)
                    learned = steps.learn(draw.permutation(history.learned), settings.batch_size)
                    loss = _mean(learned, follower.step, stop_if_asked)
                    judged = steps.judge(order[-held_out:], settings.batch_size)
                    last = follower.end(loss, _mean(judged, lambda *_: None, stop_if_asked))
                    if last:
                        break
            else:
                fit(trained, images, history.learned, order[-held_out:], settings, follower, stop_if_asked)
            stop_if_asked()
    except KeyboardInterrupt:
        history.interrupted = True
    if history.kept is not None:
        epoch_kept, weights = history.kept
        if epoch_kept not in history.epochs:  # stopped between the two
            history.epochs.append(epoch_kept)
        model.set_weights(weights)
    return history


def _mean(
    losses: Iterator[tuple[int, float]], step: Callable[[int, float], None], stop_if_asked: Callable[[], None]
) -> float:
    """The mean loss over all images; `step` hears of it as far as it goes."""
    images, total = 0, 0.0
    for count, loss in losses:
        images, total = images + count, total + count * loss
        step(images, total / images)
        stop_if_asked()
    return total / images
