"""The code that is written for PyTorch: its outputs of random stacks, and the steps of its training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from slugstudio.datasets import Scale, Standardise
from slugstudio.engine.activation import Activation, Noop, Sigmoid, Softmax, Tanh
from slugstudio.engine.constraints import MaxNorm, NonNegative
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, Residual, TransposedConvolution
from slugstudio.engine.loss import (
    BinaryCrossEntropy,
    Hinge,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCategoricalCrossEntropy,
)
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Optimizer
from slugstudio.engine.penalties import L1, L1L2, L2
from slugstudio.engine.train import TrainSettings
from slugstudio.export.code import code, text_of
from slugstudio.export.code.plan import plan
from slugstudio.export.code.pytorch_module import Classes
from slugstudio.export.code.pytorch_weights import state_dict
from slugstudio.project import Project, edits
from slugstudio.project.design import NAME, Design
from slugstudio.project.session import compile_network
from slugstudio.project.templates import TEMPLATES, template
from tools.parity import check_optimizers
from tools.parity.case import TOLERANCE, Arrays, Case, named, torch
from tools.parity.check_layers import stack
from tools.parity.designs import design

N_STACKS, STACKS_A_CASE, N_SAMPLES, N_STEPS = 200, 50, 4, 3
N_TAUGHT = 16
LOOSE = dict.fromkeys(TOLERANCE, 1e-5)
"""Where PyTorch adds 1e-6 to the length of a gradient."""


def cases() -> Iterator[Case]:
    """Yield random stacks in groups, and trainings of a few steps."""
    for start in range(0, N_STACKS, STACKS_A_CASE):
        seeds = range(start, start + STACKS_A_CASE)
        sides = partial(_all, _outputs, seeds), partial(_all, _their_outputs, seeds)
        yield Case(f"random stacks {start} to {seeds[-1]}", *sides, recorded=False)
    sides = partial(_of_names, True), partial(_of_names, False)
    yield Case("layers that are called as what modules have", *sides, recorded=False)
    for name in TEMPLATES:
        yield _steps(name, _without_dropout(template(name).design))
    for optimizer in check_optimizers.subjects():
        yield _steps(named(optimizer), _dense(Softmax(), optimizer), optimizer.clip_norm > 0)
    for loss, last, units in _losses():
        yield _steps(f"{named(loss)} after {named(last)}", _dense(last, SGD(lr=0.1), loss, units))
    for layers, shape in _ruled():
        whole = [*layers, Flatten(), Dense(3)]
        yield _steps(named(layers[0]), design(whole, shape, _settings(SGD(lr=0.1)), Standardise()))


def _losses() -> Iterator[tuple[Loss, Activation, int]]:
    for kind, last in ((SoftmaxCategoricalCrossEntropy, Softmax()), (BinaryCrossEntropy, Sigmoid())):
        for smoothing in (0.0, 0.2):
            yield kind(label_smoothing=smoothing), last, 3
            yield kind(label_smoothing=smoothing, from_logits=True), Noop(), 3
    yield SoftmaxCategoricalCrossEntropy(label_smoothing=0.1), Sigmoid(), 3
    yield BinaryCrossEntropy(label_smoothing=0.1), Softmax(), 3
    for loss in (BinaryCrossEntropy(), MeanSquaredError(), MeanAbsoluteError(), Huber(0.3), Hinge()):
        for units in (1, 3):
            yield loss, Sigmoid(), units


def _ruled() -> Iterator[tuple[list[Layer], tuple[int, ...]]]:
    for penalty in (L1(0.1), L2(0.1), L1L2(0.1, 0.2)):
        yield [Dense(5, penalty=penalty)], (4,)
    for constraint in (MaxNorm(0.5), NonNegative()):
        yield [Dense(5, constraint=constraint)], (4,)
        yield [Convolution(3, 2, constraint=constraint)], (2, 4, 5)
        yield [TransposedConvolution(3, 2, constraint=constraint)], (2, 3, 2)
    yield [Residual((Dense(4, penalty=L2(0.1), constraint=MaxNorm(0.5)),), Tanh())], (4,)


def _settings(optimizer: Optimizer, loss: Loss | None = None) -> TrainSettings:
    return TrainSettings(optimizer=optimizer, loss=loss or MeanSquaredError(), batch_size=N_TAUGHT, metrics=())


def _dense(last: Activation, optimizer: Optimizer, loss: Loss | None = None, units: int = 3) -> Design:
    layers = [Dense(5, activation=Tanh()), Dense(units, activation=last)]
    loss = SoftmaxCategoricalCrossEntropy() if loss is None else loss
    return design(layers, (4,), _settings(optimizer, loss), Standardise())


def _without_dropout(design: Design) -> Design:
    """Return a design that draws nothing in training, with a batch of a few samples."""
    for entry in design.layers:
        if isinstance(entry.layer, Dropout):
            design = edits.replace_layer(design, entry.id, entry.layer.replace(p=0.0))
    return edits.set_training(design, design.training.replace(batch_size=N_TAUGHT))


def _steps(subject: str, design: Design, loose: bool = False) -> Case:
    sides = partial(_after_steps, design), partial(_after_their_steps, design)
    return Case(f"steps: {subject}", *sides, recorded=False, tolerance=LOOSE if loose else TOLERANCE)


def _all(side: Callable[[int, np.dtype[Any]], Array], seeds: Sequence[int], dtype: np.dtype[Any]) -> Arrays:
    return {str(seed): side(seed, dtype) for seed in seeds}


class Subject:
    """A design with random weights and running statistics, a preprocessing, and raw samples with labels."""

    def __init__(self, design: Design, seed: int, dtype: np.dtype[Any], n: int) -> None:
        rng = np.random.default_rng((seed, 2))
        compiled = compile_network(Project(design))
        self.design, self.dtype = design, dtype
        self.network = Network(compiled.layers, compiled.input_shape, seed, dtype, compiled.names)
        vector = self.network.vector
        vector[:] = (vector + rng.normal(scale=0.2, size=vector.shape)).astype(np.float32)  # as files keep them
        for array in self.network.buffers.values():
            array[...] = rng.uniform(0.5, 1.5, array.shape).astype(np.float32)
        self.raw = rng.normal(2, 3, (n, *self.network.input_shape)).astype(np.float32)
        self.labels = rng.integers(0, max(2, self.network.output_shape[0]), n)
        self.fitted = design.data.preprocessing.fit(self.raw)

    @property
    def samples(self) -> Array:
        """The samples as the network takes them, in its dtype."""
        x, arrays = self.raw.astype(self.dtype), self.fitted.arrays
        offset, scale = (arrays[name].reshape(-1, *(1 for _ in x.shape[2:])) for name in ("offset", "scale"))
        samples: Array = (x - offset) / scale
        return samples

    def written(self) -> tuple[dict[str, Any], Any]:
        """Run the code, and return what it defines, and its network with the weights."""
        program: dict[str, Any] = {"__name__": "net", "__file__": "net.py"}
        exec(compile(text_of(code(self.design, "pytorch")), "net.py", "exec"), program)
        net = program["Net"]()
        arrays = self.network.parameters | self.network.buffers
        found = state_dict(plan(self.design), arrays, self.fitted.arrays)
        net.load_state_dict({name: torch().from_numpy(array) for name, array in found.items()})
        return program, net.to(getattr(torch(), self.dtype.name))

    def their_outputs(self) -> Array:
        """Return what PyTorch makes of the samples."""
        _, net = self.written()
        with torch().no_grad():
            outputs: Array = net.eval().predict(torch().from_numpy(self.raw.astype(self.dtype))).numpy()
        return outputs

    def arrays(self, net: Any) -> Arrays:
        """Return parameters and buffers of a PyTorch network by their names in the project."""
        found = {name: value.detach().numpy() for name, value in net.state_dict().items()}
        tensors = Classes(plan(self.design)).tensors.items()
        return {ours: found[name].T if turned else found[name] for ours, (name, turned) in tensors}


def of_stack(seed: int, dtype: np.dtype[Any]) -> Subject:
    """Return a random stack, after a preprocessing."""
    layers, shape = stack(seed)
    subject = design(layers, shape, preprocessing=Standardise() if seed % 2 else Scale())
    return Subject(subject, seed, dtype, N_SAMPLES)


def _outputs(seed: int, dtype: np.dtype[Any]) -> Array:
    subject = of_stack(seed, dtype)
    return subject.network.predict(subject.samples)


def _their_outputs(seed: int, dtype: np.dtype[Any]) -> Array:
    return of_stack(seed, dtype).their_outputs()


def _of_names(ours: bool, dtype: np.dtype[Any]) -> Arrays:
    """Compute a layer for each name that a module of PyTorch has already."""
    names = sorted({name for name in dir(torch().nn.Module()) if NAME.fullmatch(name)})
    named_so = design([Dense(3)] * len(names), (3,), preprocessing=Standardise())
    layers = tuple(replace(entry, name=name) for entry, name in zip(named_so.layers, names, strict=True))
    subject = Subject(replace(named_so, layers=layers), 0, dtype, N_SAMPLES)
    return {"outputs": subject.network.predict(subject.samples) if ours else subject.their_outputs()}


def joined(arrays: Arrays) -> Arrays:
    """Return all as one vector, as what has no influence is nothing but rounding in itself."""
    return {"weights": np.concatenate([arrays[name].ravel() for name in sorted(arrays)])}


def after_steps(subject: Subject) -> Arrays:
    """Take some steps with all samples, and return what the network then keeps."""
    network, training = subject.network, subject.design.training
    targets = training.loss.encode(subject.labels, network.output_shape[0], subject.dtype)
    slots = [np.zeros_like(network.vector) for _ in range(training.optimizer.n_slots)]
    for step in range(N_STEPS):
        network.loss_and_gradients(subject.samples, targets, training.loss)
        training.optimizer.update(network.vector, network.gradient_vector, slots, step)
        network.rules.constrain()
    return joined(network.parameters | network.buffers)


def _after_steps(design: Design, dtype: np.dtype[Any]) -> Arrays:
    return after_steps(Subject(design, 0, dtype, N_TAUGHT))


def _after_their_steps(design: Design, dtype: np.dtype[Any]) -> Arrays:
    torch().set_default_dtype(getattr(torch(), dtype.name))  # in which NAdam multiplies the momenta
    subject = Subject(design, 0, dtype, N_TAUGHT)
    program, net = subject.written()
    samples, labels = torch().from_numpy(subject.raw.astype(dtype)), torch().from_numpy(subject.labels)
    optimizer = program["make_optimizer"](net.train())
    for step in range(N_STEPS):
        program["learn"](net, samples, labels, optimizer, step)
    torch().set_default_dtype(torch().float32)
    return joined(subject.arrays(net))
