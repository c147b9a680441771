"""How a network is trained, in PyTorch: loss, optimizer, learning rate, penalties and constraints as functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slugstudio.engine.activation import Noop
from slugstudio.engine.loss import Loss
from slugstudio.engine.optimizers import Optimizer
from slugstudio.engine.rules import Rule
from slugstudio.engine.schedules import Schedule
from slugstudio.export.code.lines import Block, Line
from slugstudio.export.code.plan import Plan
from slugstudio.export.code.pytorch_module import Tensor

# Losses


def _categorical(loss: Any, plan: Plan) -> list[str]:
    smoothing = f", label_smoothing={loss.label_smoothing!r}" if loss.label_smoothing else ""
    if plan.squash != Noop():
        return [f"return F.cross_entropy(outputs, answers{smoothing})"]
    return [
        *_smoothed(loss, plan.output_shape[0]),
        f"return -(targets * outputs.clamp(min={loss.epsilon!r}).log()).sum(dim=1).mean()",
    ]


def _binary(loss: Any, plan: Plan) -> list[str]:
    targets = _smoothed(loss, 2)
    if plan.squash != Noop():
        return [*targets, "return F.binary_cross_entropy_with_logits(outputs, targets)"]
    return [
        *targets,
        f"yes, no = outputs.clamp(min={loss.epsilon!r}).log(), (1 - outputs).clamp(min={loss.epsilon!r}).log()",
        "return -(targets * yes + (1 - targets) * no).mean()",
    ]


def _smoothed(loss: Any, n_answers: int) -> list[str]:
    s = loss.label_smoothing
    return ["targets = rows_of(answers, outputs)"] + (
        [f"targets = targets * {1 - s!r} + {s / n_answers!r}"] if s else []
    )


def _of_rows(formula: str) -> list[str]:
    return [f"return {formula}"]


LOSSES: dict[str, Callable[[Any, Plan], list[str]]] = {
    "SoftmaxCategoricalCrossEntropy": _categorical,
    "BinaryCrossEntropy": _binary,
    "MeanSquaredError": lambda _, plan: _of_rows("F.mse_loss(outputs, rows_of(answers, outputs))"),
    "MeanAbsoluteError": lambda _, plan: _of_rows("F.l1_loss(outputs, rows_of(answers, outputs))"),
    "Huber": lambda loss, plan: _of_rows(f"F.huber_loss(outputs, rows_of(answers, outputs), delta={loss.delta!r})"),
    "Hinge": lambda _, plan: _of_rows("F.relu(1 - (2 * rows_of(answers, outputs) - 1) * outputs).mean()"),
}
"""The body of ``loss_of(outputs, answers)``; answers are labels of shape (n,), or rows of numbers."""


def loss_lines(plan: Plan) -> list[str]:
    """Return ``loss_of``."""
    loss: Loss = plan.design.training.loss
    return [
        "def loss_of(outputs: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:",
        f'    """Return the mean loss of a batch: {loss.label.lower()}."""',
        *(f"    {line}" for line in LOSSES[loss.kind](loss, plan)),
    ]


# Optimizers


def _moments(name: str, *more: str) -> Callable[[Any], tuple[str, list[str]]]:
    def write(optimizer: Any) -> tuple[str, list[str]]:
        own = [f"{field}={getattr(optimizer, field)!r}" for field in more]
        return f"torch.optim.{name}", [
            f"betas={(optimizer.beta_1, optimizer.beta_2)!r}",
            f"eps={optimizer.epsilon!r}",
            *own,
        ]

    return write


def _sgd(optimizer: Any) -> tuple[str, list[str]]:
    momentum = [f"momentum={optimizer.momentum!r}"] if optimizer.momentum else []
    return "torch.optim.SGD", momentum + (["nesterov=True"] if momentum and optimizer.nesterov else [])


OPTIMIZERS: dict[str, Callable[[Any], tuple[str, list[str]]]] = {
    "SGD": _sgd,
    "RMSProp": lambda optimizer: ("RMSProp", [f"rho={optimizer.rho!r}", f"epsilon={optimizer.epsilon!r}"]),
    "AdaGrad": lambda optimizer: ("torch.optim.Adagrad", [f"eps={optimizer.epsilon!r}"]),
    "Adam": _moments("Adam"),
    "AdamW": _moments("AdamW", "weight_decay"),
    "Nadam": _moments("NAdam", "momentum_decay"),
}
"""Each optimizer as a call: its name and what it is given besides the parameters and the learning rate."""


def optimizer_lines(plan: Plan) -> list[Line]:
    """Return ``make_optimizer``."""
    optimizer = plan.design.training.optimizer
    name, options = OPTIMIZERS[optimizer.kind](optimizer)
    block = Block()
    block.add("def make_optimizer(net: Net) -> torch.optim.Optimizer:")
    block.add('"""Return the optimizer, which begins without a memory."""', 1)
    block.call(f"return {name}", ["net.parameters()", f"lr={optimizer.rate(0)!r}", *options], 1)
    return block.lines


# The learning rate


def _warmup(schedule: Any) -> list[str]:
    rise = [f"if step < {schedule.steps}:", f"    return (step + 1) / {schedule.steps}"]
    return [*rise, f"step -= {schedule.steps}", *SCHEDULES[schedule.then.kind](schedule.then)]


SCHEDULES: dict[str, Callable[[Any], list[str]]] = {
    "Constant": lambda schedule: ["return 1.0"],
    "StepDecay": lambda schedule: [f"return {schedule.gamma!r} ** (step // {schedule.every})"],
    "ExponentialDecay": lambda schedule: [f"return {schedule.gamma!r} ** (step / {schedule.every})"],
    "CosineDecay": lambda schedule: [
        f"wave = (1 + math.cos(math.pi * min(step, {schedule.steps}) / {schedule.steps})) / 2",
        f"return {schedule.lowest!r} + {1 - schedule.lowest!r} * wave",
    ],
    "Warmup": _warmup,
}
"""The body of ``factor(step)`` for each schedule."""


def rate_lines(optimizer: Optimizer) -> list[str]:
    """Return ``learning_rate``, and the ``factor`` that it needs; nothing where the rate never changes."""
    schedule: Schedule = optimizer.schedule
    steady = schedule.kind == "Constant"
    if steady and not optimizer.decay:
        return []
    lines = [] if steady else [
        "def factor(step: int) -> float:",
        f'    """Return by what the learning rate of a step is multiplied: {schedule.label.lower()}."""',
        *(f"    {line}" for line in SCHEDULES[schedule.kind](schedule)),
        "",
        "",
    ]  # fmt: skip
    rate = repr(optimizer.lr) if steady else f"{optimizer.lr!r} * factor(step)"
    rate = f"{rate} / (1 + {optimizer.decay!r} * step)" if optimizer.decay else rate
    rate = f"max({rate}, {optimizer.lr_min!r})" if optimizer.lr_min else rate
    rate = f"min({rate}, {optimizer.lr_max!r})" if optimizer.lr_max < float("inf") else rate
    return [
        *lines,
        "def learning_rate(step: int) -> float:",
        '    """Return the learning rate of a step, counted from 0."""',
        f"    return {rate}",
    ]


# Penalties and constraints

PENALTIES: dict[str, Callable[[Any], list[str]]] = {
    "L1": lambda penalty: [f"cost = cost + {penalty.strength!r} * weight.abs().sum()"],
    "L2": lambda penalty: [f"cost = cost + {penalty.strength / 2!r} * weight.square().sum()"],
    "L1L2": lambda penalty: [
        f"cost = cost + {penalty.l1!r} * weight.abs().sum() + {penalty.l2 / 2!r} * weight.square().sum()"
    ],
}
"""How ``cost`` grows with ``weight``."""

CONSTRAINTS: dict[str, Callable[[Any, int], list[str]]] = {
    "MaxNorm": lambda constraint, axis: [f"shorten(weight, {constraint.limit!r}, axis={axis})"],
    "NonNegative": lambda constraint, axis: ["weight.clamp_(min=0)"],
}
"""How ``weight``, whose units lie along an axis, is changed in place."""


def rules_of(plan: Plan) -> dict[str, Rule]:
    """Return the rule of each array that has a penalty or a constraint, by its name in the project."""
    return {
        f"{entry.name}/{name}": rule
        for entry in plan.design.layers
        for name, rule in entry.layer.rules().items()
        if rule.penalty or rule.constraint
    }


def rule_lines(plan: Plan, tensors: Mapping[str, Tensor]) -> tuple[list[str], list[str]]:
    """Return ``penalty`` and ``constrain``; nothing where there are none."""
    costs, kept = list[str](), list[str]()
    for name, rule in rules_of(plan).items():
        if name not in tensors:
            continue
        tensor = tensors[name]
        weight = f"weight = net.{tensor.name}"
        if rule.penalty:
            costs += [weight, *PENALTIES[rule.penalty.kind](rule.penalty)]
        if rule.constraint:
            axis = 1 - rule.unit_axis if tensor.turned else rule.unit_axis
            kept += [weight, *CONSTRAINTS[rule.constraint.kind](rule.constraint, axis)]
    penalty = [
        "def penalty(net: nn.Module) -> torch.Tensor:",
        '    """Return what large weights add to the loss."""',
        "    cost = torch.zeros((), device=next(net.parameters()).device)",
        *(f"    {line}" for line in costs),
        "    return cost",
    ]
    constrain = [
        "@torch.no_grad()",
        "def constrain(net: nn.Module) -> None:",
        '    """Bring weights back to what they may be."""',
        *(f"    {line}" for line in kept),
    ]
    return penalty if costs else [], constrain if kept else []
