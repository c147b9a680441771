"""Training as a generator of events: nothing in it knows who listens.

Mini-batch gradient descent (Deep Learning, section 8.1.3): each epoch visits all training samples once in a new random
order, the last batch may be smaller, and validation runs in inference. The order of an epoch and all other random
numbers follow from the seed, so a training that is stopped anywhere and goes on from its state gives the same bits.
"""

from __future__ import annotations

import contextvars
import math
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from slugstudio.engine import streams
from slugstudio.engine.augmentation import augment
from slugstudio.engine.blas import computed_by, one_thread
from slugstudio.engine.bound.program import Program
from slugstudio.engine.controls import Controls, Orders
from slugstudio.engine.declaration import Array
from slugstudio.engine.divergence import broken_place
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.evaluation import evaluate, judged, prepared
from slugstudio.engine.events import (
    BatchDone,
    Diverged,
    Elsewhere,
    EpochDone,
    Event,
    Finished,
    Paused,
    Resumed,
    Snapshot,
)
from slugstudio.engine.loss import Loss
from slugstudio.engine.metrics import Accuracy, answers, fitting, tallied, values
from slugstudio.engine.network import Network
from slugstudio.engine.train_settings import TrainData, TrainSettings
from slugstudio.engine.train_state import TrainState
from slugstudio.engine.weighting import checked_weights, class_weights, labels_of

__all__ = ["TrainData", "TrainSettings", "TrainState", "evaluate", "train"]


def train(
    network: Network,
    data: TrainData,
    settings: TrainSettings,
    state: TrainState | None = None,
    controls: Controls | None = None,
) -> Generator[Event, None, None]:
    """Train ``network`` in place and yield what happens.

    Parameters
    ----------
    network : Network
    data : TrainData
    settings : TrainSettings
        ``epochs`` is the total: a state with 3 finished epochs goes on with the fourth.
    state : TrainState, optional
        Where to go on; it is changed in place. By default a new training begins with the weights as they are.
    controls : Controls, optional
        How another thread pauses, stops or changes the training.

    Yields
    ------
    Event
        `BatchDone` after each step, `EpochDone` after each epoch, and `Finished` as the last.

    Raises
    ------
    DataError
        If there is no sample, samples and targets do not fit the network or are not finite, or weights cannot be used.
    ShapeError
        If the samples are no images, which the augmentation needs.
    """
    run = _Run(network, data, settings, state or TrainState(settings.seed), controls or Controls())
    with one_thread():
        try:
            yield from run.events()
        finally:
            run.keep_noise()


class _Run:
    """One call of `train`."""

    def __init__(
        self, network: Network, data: TrainData, settings: TrainSettings, state: TrainState, controls: Controls
    ) -> None:
        self.network, self.settings, self.state, self.controls = network, settings, state, controls
        self.x, targets = prepared(network, data.x, data.y, settings.loss)
        self.x_val, self.targets_val = prepared(network, data.x_val, data.y_val, settings.loss)
        self._keep_targets(targets)
        if not len(self.x):
            raise DataError("expected at least one training sample, received none; choose a larger data set or part.")
        self._require_usable(settings)
        self.given_weights = data.weights
        self._weigh()
        if state.noise:
            streams.restore(network.noise, state.noise)
        self._fit_slots()
        self._fit_metrics()
        # Numbers may become infinite without a warning, as `Diverged` tells of it in words. A context of its own
        # takes a fraction of the time of entering np.errstate at every step.
        self.context = contextvars.copy_context()
        self.context.run(np.seterr, over="ignore", invalid="ignore", divide="ignore")
        self.order = streams.order(state.seed, state.epoch, len(self.x))

    def _keep_targets(self, targets: Array) -> None:
        """Keep the targets, of shape (n, k), as a step wants them: each output's together, of shape (k, n)."""
        self.targets = np.ascontiguousarray(targets.T)
        self.labels = answers(targets)
        self.of_shares = bool((targets.sum(axis=1) == 1).all())

    def _weigh(self) -> None:
        """Work out how much each sample counts, where not all count 1."""
        dtype, given = self.network.dtype, self.given_weights
        self.weights: Array | None = None
        if self.settings.class_balance:
            self.weights = class_weights(labels_of(self.targets.T), "balanced", given).astype(dtype)
        elif given is not None:
            self.weights = checked_weights(given, len(self.x), dtype)
        self.programs: dict[int, Program] = {}

    def _require_usable(self, settings: TrainSettings) -> None:
        """Refuse an augmentation, a batch size for the last batch, or a last activation with which it cannot be."""
        _require_probabilities(self.network, settings.loss)
        for each in settings.augmentation:
            each.require(self.network.input_shape)
        for n_samples in (len(self.x), len(self.x) - self.state.position):
            self.network.require_batches(n_samples, settings.batch_size)

    def _fit_slots(self) -> None:
        """Begin the optimizer's memory at zero where it is of another kind or size than the one in use."""
        optimizer, state, network = self.settings.optimizer, self.state, self.network
        fits = all(slot.shape == network.vector.shape for slot in state.slots)
        if state.optimizer != optimizer.kind or len(state.slots) != optimizer.n_slots or not fits:
            state.optimizer, state.optimizer_steps = optimizer.kind, 0
            state.slots = [np.zeros_like(network.vector) for _ in range(optimizer.n_slots)]
        self.update = optimizer.bind(network.vector, network.gradient_vector, state.slots, network.trained_parts)

    def _fit_metrics(self) -> None:
        """Find out which sums to keep besides those of the accuracy, and forget others."""
        self.tallied = tuple(metric for metric in self.settings.metrics if not isinstance(metric, Accuracy))
        self.state.metric_sums = fitting(self.tallied, self.state.metric_sums, self.network.output_shape[0])

    def events(self) -> Iterator[Event]:
        state = self.state
        if not self._is_over():
            before, state.computed_by = state.computed_by, computed_by()
            if before not in ("", state.computed_by):
                yield Elsewhere(state.step, before, state.computed_by)
        while not self._is_over():
            if not self.controls.quiet:
                orders = yield from self._obey()
                if orders.stop:
                    yield Finished(state.step, state.epoch, "stopped")
                    return
                if self._is_over():
                    break
            if state.position < len(self.x):  # else the listener left after the epoch's last batch, and came back
                event: BatchDone | EpochDone | Diverged = self._step()
                yield event
            if state.position >= len(self.x):
                event = self._end_epoch()
                yield event
            if isinstance(event, Diverged):
                yield Finished(state.step, state.epoch, "diverged")
                return
        yield self._finish()

    def _is_over(self) -> bool:
        state, stopping = self.state, self.settings.early_stopping
        return state.epoch >= self.settings.epochs or (stopping is not None and stopping.is_due(state.best))

    def _finish(self) -> Finished:
        """Put the weights of the best epoch back, if they are to come back and are not there yet.

        What the optimizer remembers belongs to the way that is left with them, so it begins anew if training ever goes
        on, and so does the patience.
        """
        state, best = self.state, self.state.best
        reason: Literal["completed", "stopped early"] = "completed"
        if state.epoch < self.settings.epochs:
            reason = "stopped early"
        if best is None or self.settings.early_stopping is None:
            return Finished(state.step, state.epoch, reason)
        restored = best.kept is not None and best.epoch < state.epoch and not best.back
        if restored:
            self.network.kept[:] = best.kept
            state.optimizer, state.optimizer_steps, state.slots = "", 0, []
        if restored or reason == "stopped early":
            state.best = replace(best, stale=0, back=best.back or restored)
        return Finished(state.step, state.epoch, reason, best.epoch, restored)

    def _obey(self) -> Generator[Event, None, Orders]:
        """Carry out what was ordered; return the orders once a batch may run or the training must stop."""
        waiting = False
        while True:
            orders = self.controls.take()
            if orders.settings is not None:
                self._change_settings(orders.settings)
            if orders.snapshot:
                yield self._snapshot()
            if orders.stop or orders.steps:
                return orders
            if waiting and orders.resumed:
                waiting = False
                yield Resumed(self.state.step)
            if not orders.paused:
                return orders
            if not waiting:
                waiting = True
                yield Paused(self.state.step)
            self.controls.wait()

    def _change_settings(self, settings: TrainSettings) -> None:
        self._require_usable(settings)
        if settings.loss != self.settings.loss:
            n_outputs = self.network.output_shape[0]
            self._keep_targets(settings.loss.encode(self.targets.T, n_outputs, self.network.dtype))
            self.targets_val = settings.loss.encode(self.targets_val, n_outputs, self.network.dtype)
            self.state.best = None  # losses of two kinds cannot be compared
        if settings.class_balance != self.settings.class_balance and not len(self.x_val):
            self.state.best = None  # nor can training losses in which samples count differently
        self.settings = settings
        self._weigh()
        self._fit_slots()
        self._fit_metrics()

    def _snapshot(self) -> Snapshot:
        self.keep_noise()
        return Snapshot(self.state.step, self.network.kept.copy(), self.state.copy())

    def keep_noise(self) -> None:
        """Write the noise stream's place into the state: too slow to be done at every step."""
        self.state.noise = streams.state_of(self.network.noise)

    def _step(self) -> BatchDone | Diverged:
        begin = time.perf_counter()
        state, settings = self.state, self.settings
        rows = self.order[state.position : state.position + settings.batch_size]
        n = len(rows)
        program = self.programs.get(n) or self._program(n)
        self.x.take(rows, 0, program.samples, "clip")
        if settings.augmentation:
            stream = streams.augmentation(state.seed, state.step)
            self.context.run(augment, program.samples, settings.augmentation, stream)
        self.targets.take(rows, 1, program.targets.T, "clip")
        if self.weights is not None:
            self.weights.take(rows, 0, program.weights, "clip")
        self.labels.take(rows, 0, program.labels, "clip")
        loss = self.context.run(self._learn, program)
        if not math.isfinite(loss):
            where = broken_place(self.network, state.slots) or self.network.first_non_finite(program.samples)
            return self._diverged(where or "the loss", state.step + 1)
        correct = program.n_correct()
        if self.tallied:
            self.context.run(self._tally, program)
        state.step += 1
        state.optimizer_steps += 1
        state.position += len(rows)
        state.loss_sum += loss * len(rows)
        state.n_correct += correct
        state.seconds += time.perf_counter() - begin
        return BatchDone(
            state.step,
            state.epoch + 1,
            -(-state.position // settings.batch_size),
            -(-len(self.x) // settings.batch_size),
            loss,
            correct / len(rows),
            len(rows),
        )

    def _learn(self, program: Program) -> float:
        """Take a step for the batch in the program, unless its loss is not finite; return the loss."""
        loss = program.run()
        if math.isfinite(loss):
            network, state = self.network, self.state
            self.update(state.step, state.optimizer_steps)
            if network.rules.constrained:
                network.rules.constrain()
        return loss

    def _tally(self, program: Program) -> None:
        sums, threshold = self.state.metric_sums, self.settings.loss.threshold
        self.state.metric_sums = tallied(self.tallied, sums, program.outputs, program.targets, threshold)

    def _program(self, n: int) -> Program:
        settings, weighted = self.settings, self.weights is not None
        self.programs[n] = self.network.program(n, settings.loss, self.of_shares, weighted, settings.threads)
        return self.programs[n]

    def _diverged(self, where: str, step: int) -> Diverged:
        rate, epoch = self.settings.optimizer.rate(self.state.step), self.state.epoch + 1
        advice = f"lower the learning rate (now {rate:g}) or scale the inputs."
        return Diverged(step, epoch, f"Numbers became infinite in {where} at step {step:,} (epoch {epoch}): {advice}")

    def _end_epoch(self) -> EpochDone | Diverged:
        begin = time.perf_counter()
        state, settings = self.state, self.settings
        # A loss may hide what is infinite, behind a ReLU for one, and none follows the last step.
        if where := broken_place(self.network, state.slots):
            return self._diverged(where, state.step)
        told, val = self._judged()
        state.epoch += 1
        seconds = state.seconds + time.perf_counter() - begin
        state.begin_epoch()
        self.order = streams.order(state.seed, state.epoch, len(self.x))
        stopping, watched = settings.early_stopping, val.get("loss", told["loss"])
        state.best = None if stopping is None else stopping.after(state.best, state.epoch, watched, self.network.kept)
        chosen = [metric.name for metric in settings.metrics]
        return EpochDone(
            state.step,
            state.epoch,
            told["loss"],
            told["accuracy"],
            val.get("loss"),
            val.get("accuracy"),
            seconds,
            {name: told[name] for name in chosen if name in told},
            {name: val[name] for name in chosen if name in val},
        )

    def _judged(self) -> tuple[dict[str, float], dict[str, float]]:
        """Return loss, accuracy and chosen metrics of the epoch, and of the validation samples if there are any."""
        state, n, loss, metrics = self.state, len(self.x), self.settings.loss, (Accuracy(), *self.settings.metrics)
        sums = state.metric_sums | {Accuracy().key: np.array([state.n_correct, n])}
        told = {"loss": state.loss_sum / n, **self.context.run(values, metrics, sums)}
        return told, judged(self.network, self.x_val, self.targets_val, loss, metrics) if len(self.x_val) else {}


def _require_probabilities(network: Network, loss: Loss) -> None:
    """Raise `ConfigError` where the last layer's own sums would be taken for probabilities."""
    last = network.layers[-1]
    if last.group in ("learn", "activate") and loss.fit(last.after) == "impossible":
        wanted = loss.partner.__name__
        raise ConfigError(
            last.kind,
            "activation",
            f"expected {wanted} before {loss.label.lower()}, which compares probabilities, received "
            f"{last.after.label}; choose {wanted}(), or the loss with from_logits=True.",
        )
