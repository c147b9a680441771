"""The rate: whether the learning rate lasts as long as training does."""

from __future__ import annotations

from collections.abc import Iterator

from slugstudio.engine.messages import Message
from slugstudio.engine.schedules import Constant, CosineDecay, ExponentialDecay, Schedule, StepDecay, Warmup
from slugstudio.project.design import Design
from slugstudio.project.measure import training_samples
from slugstudio.project.problems.problem import Fix, Problem, setting


def find(design: Design) -> Iterator[Problem]:
    """Tell if the last epoch would learn nothing, as the learning rate has run down by then."""
    training = design.training
    an_epoch = -(-training_samples(design) // training.batch_size)
    if training.optimizer.rate((training.epochs - 1) * an_epoch) == 0:
        message = Message(
            "rate.runs_down",
            "The learning rate runs down to 0 before the last of {epochs:,} epochs, which learns nothing; give its "
            "schedule more steps (all epochs take {steps:,}), or train fewer epochs.",
            epochs=training.epochs,
            steps=training.epochs * an_epoch,
        )
        yield Problem("warning", None, message, tuple(_fixes(design, an_epoch)), "training.optimizer")


def _fixes(design: Design, an_epoch: int) -> Iterator[Fix]:
    """Yield the schedules that last: the same one over all steps, and none; each has been tried."""
    optimizer, n_steps = design.training.optimizer, design.training.epochs * an_epoch
    stretched = Message("fix.stretch", "Spread the schedule over {steps:,} steps", steps=n_steps)
    constant = Message("fix.constant", "Keep the learning rate constant")
    for text, schedule in ((stretched, over(optimizer.schedule, n_steps)), (constant, Constant())):
        lasting = optimizer.replace(schedule=schedule)
        if lasting.rate(n_steps - an_epoch) > 0:
            yield setting(text, "optimizer", lasting)


def over(schedule: Schedule, n_steps: int) -> Schedule:
    """Return a schedule that takes so many steps."""
    match schedule:
        case CosineDecay():
            return schedule.replace(steps=max(1, n_steps))
        case StepDecay() | ExponentialDecay():
            return schedule.replace(every=max(schedule.every, -(-n_steps // 10)))
        case Warmup():
            return schedule.replace(then=over(schedule.then, n_steps - schedule.steps))
    return schedule
