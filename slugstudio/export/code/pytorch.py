"""A network as a program for PyTorch, which predicts, and goes on training on one machine or on many."""

from __future__ import annotations

from slugstudio.engine import operations as op
from slugstudio.engine.activation import Noop
from slugstudio.export.code import pytorch_text as text
from slugstudio.export.code import samples
from slugstudio.export.code.lines import Block, Line, joined, lines, plain, quoted, said, source_of
from slugstudio.export.code.plan import Plan
from slugstudio.export.code.pytorch_module import Classes
from slugstudio.export.code.pytorch_training import loss_lines, optimizer_lines, rate_lines, rule_lines


def lines_of(plan: Plan, file: str) -> list[Line]:
    """Return the program, whose file is called ``file`` with the ending ``.py``."""
    classes, training = Classes(plan), plan.design.training
    penalty, constrain = rule_lines(plan, classes.tensors)
    rate = rate_lines(training.optimizer)
    used = plan.operations()
    loss = loss_lines(plan)
    parts: list[list[Line]] = [
        _head(plan, file, rate),
        lines(text.NOISE) if op.AddNoise in used else [],
        lines(text.MEAN_POOL) if any("mean_pool(" in line.text for line in classes.lines) else [],
        classes.lines,
        lines(text.ROWS_OF) if any("rows_of(" in line for line in loss) else [],
        plain(loss),
        plain(penalty),
        lines(text.SHORTEN) if any("shorten(" in line for line in constrain) else [],
        plain(constrain),
        lines(text.RMSPROP) if training.optimizer.kind == "RMSProp" else [],
        optimizer_lines(plan),
        plain(rate),
        *(lines(source_of(function)) for function in samples.WRITTEN),
        lines(_with_thresholds(plan)),
        _learn(plan, bool(rate), bool(penalty), bool(constrain)),
        _train(plan),
        lines(text.MAIN),
    ]
    return joined(parts)


def _head(plan: Plan, file: str, rate: list[str]) -> list[Line]:
    training, source = plan.design.training, plan.design.data.source
    imports = ["import math"] if any("math." in line for line in rate) else []
    imports += ["import os", "import sys", "import zipfile"]
    imports += ["from collections.abc import Iterable"] if training.optimizer.kind == "RMSProp" else []
    content = text.HEAD.replace("@FILE@", file).replace("@SAMPLES@", said(plan.input_shape))
    block = Block()
    block.add(content.replace("@IMPORTS@", "\n".join(imports)).strip("\n"))
    block.collection("INPUT_SHAPE = ", [str(size) for size in plan.input_shape], 0)
    block.collection("CLASSES = ", [quoted(name) for name in source.classes], 0)
    block.add(f"BATCH_SIZE, EPOCHS, SEED = {training.batch_size}, {training.epochs}, {training.seed}")
    block.add(f"SMALLEST = {_smallest(plan)}  # how many samples a process needs of a batch")
    return block.lines


def _smallest(plan: Plan) -> int:
    """Return how many samples a batch must have."""
    steps = zip(plan.design.layers, plan.layers, strict=True)
    return max((entry.layer.least_batch(layer.step.input_shape) for entry, layer in steps if layer.step), default=1)


def _with_thresholds(plan: Plan) -> str:
    """Return how the network is used, with the value from which on an only output, or sum, means yes."""
    of_outputs = plan.design.training.loss.threshold if plan.squash == Noop() else 0.5
    of_sums = of_outputs if plan.squash == Noop() else 0.0
    return (
        text.USE.replace("@THRESHOLD@", repr(of_outputs))
        .replace("@OUTPUTS@", str(plan.output_shape[0]))
        .replace("@SUMS_THRESHOLD@", repr(of_sums))
    )


def _learn(plan: Plan, rate: bool, penalty: bool, constrain: bool) -> list[Line]:
    optimizer = plan.design.training.optimizer
    own = ["own = net.module if isinstance(net, nn.parallel.DistributedDataParallel) else net"]
    step = own if penalty or constrain else []
    step += [f"(share * loss{' + penalty(own)' if penalty else ''}).backward()"]
    step += [f"nn.utils.clip_grad_value_(net.parameters(), {optimizer.clip!r})"] if optimizer.clip > 0 else []
    step += [f"nn.utils.clip_grad_norm_(net.parameters(), {optimizer.clip_norm!r})"] if optimizer.clip_norm > 0 else []
    step += ["for group in optimizer.param_groups:", '    group["lr"] = learning_rate(step)'] if rate else []
    step += ["optimizer.step()", *(["constrain(own)"] if constrain else [])]
    return lines(text.LEARN.replace("@STEP@", "\n".join(f"    {line}" for line in step)))


def _train(plan: Plan) -> list[Line]:
    """Return the training, which says what of the project's is not in it."""
    training = plan.design.training
    names = [each.label.lower() for each in training.augmentation]
    left_out = [f"augmentation ({', '.join(names)})"] if names else []
    left_out += ["the balance of the classes"] if training.class_balance else []
    left_out += ["frozen layers"] if any(entry.frozen for entry in plan.design.layers) else []
    left_out += ["early stopping"] if training.early_stopping else []
    told = f"\n    Of the project's training, these are not in it: {'; '.join(left_out)}.\n" if left_out else ""
    return lines(text.TRAIN.replace("@LEFT_OUT@\n", told))
