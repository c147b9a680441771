"""A network as classes of PyTorch: one for the network, and one for each Residual."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from slugstudio.engine import operations as op
from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Shape
from slugstudio.export.code.lines import WIDTH, Block, Line, applied, said
from slugstudio.export.code.plan import Plan, missing_lines, safe_names

# fmt: off
TAKEN = frozenset({
    "T_destination",
    "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda",
    "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "offset", "parameters", "predict",
    "register_backward_hook", "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook", "register_module", "register_parameter", "register_state_dict_post_hook",
    "register_state_dict_pre_hook", "requires_grad_", "scale", "set_extra_state", "set_submodule", "share_memory",
    "state_dict", "to", "to_empty", "train", "training", "type", "xpu", "zero_grad",
})
# fmt: on
"""What a module of PyTorch has already, and what ours adds: no layer may be called so."""

ACTIVATIONS: dict[str, Callable[[Any], str]] = {
    "ReLU": lambda _: "F.relu({x})",
    "LeakyReLU": lambda a: f"F.leaky_relu({{x}}, {a.slope!r})",
    "ELU": lambda a: f"F.elu({{x}}, {a.alpha!r})",
    "GELU": lambda _: 'F.gelu({x}, approximate="tanh")',
    "SiLU": lambda _: "F.silu({x})",
    "Tanh": lambda _: "torch.tanh({x})",
    "Sigmoid": lambda _: "torch.sigmoid({x})",
    "Softplus": lambda _: "F.softplus({x})",
    "Softmax": lambda _: "F.softmax({x}, dim=1)",
    "Noop": lambda _: "{x}",
}


def activation(declared: Activation) -> str:
    """Return an activation as an expression of ``{x}``."""
    return ACTIVATIONS[declared.kind](declared)


class Written(NamedTuple):
    """An operation in PyTorch: the module it needs, as a call, and what is done with ``{x}``, one after the other."""

    module: tuple[str, list[str]] | None
    functions: list[str]


def _pair(value: tuple[int, int]) -> str:
    return str(value[0]) if value[0] == value[1] else str(value)


def _given(**values: str | None) -> list[str]:
    return [f"{name}={value}" for name, value in values.items() if value is not None]


def _pad(edges: op.Edges, value: str = "") -> str:
    top, left, bottom, right = edges
    return f"F.pad({{x}}, {(left, right, top, bottom)}{value})"


def _around(edges: op.Edges) -> str | None:
    """Return what a module is told to put at the edges: nothing, or as much on opposite sides."""
    return _pair(edges[:2]) if edges.even and any(edges) else None


def _affine(o: op.Affine, shape: Shape, made: Shape) -> Written:
    return Written(("nn.Linear", [str(shape[0]), str(made[0])]), ["{m}({x})"])


def _convolve(o: op.Convolve, shape: Shape, made: Shape) -> Written:
    options = _given(
        stride=_pair(o.stride) if o.stride != (1, 1) else None,
        padding=_around(o.edges),
        dilation=_pair(o.dilation) if o.dilation != (1, 1) else None,
        groups=str(o.groups) if o.groups > 1 else None,
        bias="False" if o.bias is None else None,
    )
    module = "nn.Conv2d", [str(shape[0]), str(made[0]), f"kernel_size={_pair(o.kernel_size)}", *options]
    return Written(module, ["{m}({x})"] if o.edges.even else [_pad(o.edges), "{m}({x})"])


def _convolve_transposed(o: op.ConvolveTransposed, shape: Shape, made: Shape) -> Written:
    """Let PyTorch cut as much on both sides; one row more is cut off afterwards, and what lacks it adds by itself."""
    before, after = o.cut[:2], o.cut[2:]
    lacks = (max(-after[0], 0), max(-after[1], 0))
    options = _given(
        stride=_pair(o.stride) if o.stride != (1, 1) else None,
        padding=_pair(before) if any(before) else None,
        output_padding=_pair(lacks) if any(lacks) else None,
        bias="False" if o.bias is None else None,
    )
    module = "nn.ConvTranspose2d", [str(shape[0]), str(made[0]), f"kernel_size={_pair(o.kernel_size)}", *options]
    too_much = any(last > first for first, last in zip(before, after, strict=True))
    return Written(module, ["{m}({x})", *([f"{{x}}[..., :{made[1]}, :{made[2]}]"] if too_much else [])])


def _pool(o: op.Pool, shape: Shape, made: Shape) -> Written:
    stride = _given(stride=_pair(o.stride) if o.stride != o.size else None)
    around = _given(padding=_around(o.edges))
    if o.how == "max":
        module = "nn.MaxPool2d", [_pair(o.size), *stride, *around]
        edges = [] if o.edges.even else [_pad(o.edges, ', value=float("-inf")')]
        return Written(module, [*edges, "{m}({x})"])
    if o.edges.even:
        counted = ["count_include_pad=False"] if around else []
        return Written(("nn.AvgPool2d", [_pair(o.size), *stride, *around, *counted]), ["{m}({x})"])
    top, left, bottom, right = o.edges
    return Written(None, [f"mean_pool({{x}}, {o.size}, {o.stride}, {(left, right, top, bottom)})"])


def _normalise_features(o: op.NormaliseFeatures, shape: Shape, made: Shape) -> Written:
    options = [str(shape[0]), *_given(eps=repr(o.epsilon), momentum=repr(o.momentum))]
    if len(shape) <= 4:
        return Written((f"nn.BatchNorm{max(len(shape) - 1, 1)}d", options), ["{m}({x})"])
    functions = ["{x}.flatten(2)", "{m}({x})", f"{{x}}.reshape({', '.join(['-1', *map(str, shape)])})"]
    return Written(("nn.BatchNorm1d", options), functions)


def _drop(o: op.Drop, shape: Shape, made: Shape) -> Written:
    return Written((f"nn.Dropout{'2d' if o.whole_maps else ''}", [repr(o.p)]), ["{m}({x})"])


def _change_shape(o: op.ChangeShape, shape: Shape, made: Shape) -> Written:
    kept = len(made) - 1
    if len(shape) > len(made) and made[:kept] == shape[:kept]:
        return Written(None, [f"torch.flatten({{x}}, {len(made)})"])
    return Written(None, [f"{{x}}.reshape({', '.join(['-1', *map(str, made)])})"])


WRITTEN: dict[type[op.Operation], Callable[[Any, Shape, Shape], Written]] = {
    op.Affine: _affine,
    op.Convolve: _convolve,
    op.ConvolveTransposed: _convolve_transposed,
    op.Pool: _pool,
    op.MeanOfMaps: lambda o, shape, made: Written(None, ["{x}.mean(dim=(2, 3))"]),
    op.Enlarge: lambda o, shape, made: Written(
        ("nn.Upsample", [f"scale_factor={_pair(o.size)}", 'mode="nearest-exact"']), ["{m}({x})"]
    ),
    op.ChangeShape: _change_shape,
    op.NormaliseFeatures: _normalise_features,
    op.NormaliseSample: lambda o, shape, made: Written(
        ("nn.LayerNorm", [str(shape if len(shape) > 1 else shape[0]), f"eps={o.epsilon!r}"]), ["{m}({x})"]
    ),
    op.ScaleAndShift: lambda o, shape, made: Written(None, ["({x} - self.offset) / self.scale"]),
    op.Activate: lambda o, shape, made: Written(None, [activation(o.activation)]),
    op.Drop: _drop,
    op.AddNoise: lambda o, shape, made: Written(("GaussianNoise", [repr(o.sigma)]), ["{m}({x})"]),
}
"""How each is written, given it, the shape that arrives and the shape that leaves; an `AddShortcut` has a class."""


class Tensor(NamedTuple):
    """An array in PyTorch: what its module calls it there, and whether its axes are turned round."""

    name: str
    turned: bool = False


def tensors(operation: op.Operation) -> dict[str, Tensor]:
    """Return the arrays of an operation by their names in the layer."""
    match operation:
        case op.Affine(weight, bias):
            return {weight: Tensor("weight", turned=True), bias: Tensor("bias")}
        case op.NormaliseFeatures(weight, bias, mean, variance):
            return {
                weight: Tensor("weight"),
                bias: Tensor("bias"),
                mean: Tensor("running_mean"),
                variance: Tensor("running_var"),
            }
        case op.Convolve(weight, bias) | op.ConvolveTransposed(weight, bias) | op.NormaliseSample(weight, bias):
            return {weight: Tensor("weight")} | ({} if bias is None else {bias: Tensor("bias")})
    return {}


class Placed(NamedTuple):
    """A step in its class: its attribute, the module it needs, what is done with ``{x}``, and what becomes of it."""

    layer: str
    attribute: str
    module: tuple[str, list[str]] | None
    functions: list[str]
    made: Shape


class Classes:
    """The classes of a network, those of blocks before what uses them.

    Attributes
    ----------
    lines : list of Line
    tensors : dict of str to Tensor
        Each array by its name in the project, such as ``dense_1/weight``.
    """

    def __init__(self, plan: Plan) -> None:
        self.lines: list[Line] = []
        self.tensors: dict[str, Tensor] = {}
        self._taken = {"F", "GaussianNoise", "Iterable", "Net", "Path", "RMSProp", *keyword.kwlist}
        attributes = safe_names((layer.name for layer in plan.layers), TAKEN.__contains__)
        placed: list[Placed] = []
        missing: list[Line] = []
        for layer in plan.layers:
            if layer.step is None:
                missing += missing_lines(layer, 2)
            else:
                placed.append(self._placed(layer.step, attributes[layer.name], "", "", layer.id))
        self._net(plan, placed, missing)

    def _placed(self, step: op.Step, attribute: str, path: str, names: str, layer: str) -> Placed:
        """Return a step as it is written, and note its arrays: at ``path`` in the project, at ``names`` here."""
        path, names = f"{path}{step.name}/", f"{names}{attribute}."
        module, functions, shape = None, list[str](), step.input_shape
        for operation in step.operations:
            if isinstance(operation, op.AddShortcut):
                written = Written((self._block(step, operation, path, names, layer), []), ["{m}({x})"])
            else:
                written = WRITTEN[type(operation)](operation, shape, step.output_shape)
            for name, tensor in tensors(operation).items():
                self.tensors[path + name] = Tensor(names + tensor.name, tensor.turned)
            module = written.module or module
            functions += written.functions
            shape = step.output_shape
        return Placed(layer, attribute, module, functions, step.output_shape)

    def _block(self, step: op.Step, operation: op.AddShortcut, path: str, names: str, layer: str) -> str:
        """Write the class of a block, and return what it is called."""
        steps = (*operation.stack, *operation.shortcut)
        attributes = safe_names((inner.name for inner in steps), TAKEN.__contains__)
        placed = [self._placed(inner, attributes[inner.name], path, names, layer) for inner in steps]
        stack, shortcut = placed[: len(operation.stack)], placed[len(operation.stack) :]
        name = "".join(part.capitalize() for part in re.split(r"[/_]", path) if part)
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        block = Block(layer)
        block.add(f"class {name}(nn.Module):")
        block.add(f'"""From {said(step.input_shape)} to {said(step.output_shape)}: what is to be added to it."""\n', 1)
        block.lines += _init(placed, layer)
        block.add("\ndef forward(self, x: torch.Tensor) -> torch.Tensor:", 1)
        block.lines += _forward(shortcut, "shortcut") or [Line("        shortcut = x", layer)]
        block.lines += _forward(stack)
        block.add("return x + shortcut\n\n", 2)
        self.lines += block.lines
        return name

    def _net(self, plan: Plan, placed: Sequence[Placed], missing: Sequence[Line]) -> None:
        block = Block()
        block.add("class Net(nn.Module):")
        block.add(f'"""From raw samples, {said(plan.input_shape)}, to {said(plan.output_shape)}."""\n', 1)
        block.lines += _init(placed, None)
        if plan.preprocessing:
            size = ", ".join(map(str, (plan.input_shape[0], *(1 for _ in plan.input_shape[1:]))))
            block.add(f'self.register_buffer("offset", torch.zeros({size}))', 2)
            block.add(f'self.register_buffer("scale", torch.ones({size}))', 2)
        block.add("\ndef forward(self, x: torch.Tensor) -> torch.Tensor:", 1)
        block.add(f'"""Return {_of_forward(plan)}, of shape {said(plan.output_shape)}."""', 2)
        for operation in plan.preprocessing:
            (function,) = WRITTEN[type(operation)](operation, plan.input_shape, plan.input_shape).functions
            block.statement(f"x = {applied([function], 'x')}", 2, said(plan.input_shape))
        block.lines += _forward(placed)
        block.lines += missing
        block.add("return x\n", 2)
        block.add("def predict(self, x: torch.Tensor) -> torch.Tensor:", 1)
        block.add(f'"""Return {_of_predict(plan)}, of shape {said(plan.output_shape)}."""', 2)
        block.add(f"return {applied([activation(plan.squash)], 'self(x)')}", 2)
        self.lines += block.lines


def _init(placed: Iterable[Placed], layer: str | None) -> list[Line]:
    block = Block(layer)
    block.add("def __init__(self) -> None:", 1)
    block.add("super().__init__()", 2)
    lines = block.lines
    for each in placed:
        if each.module is not None:
            block = Block(each.layer)
            head, arguments = each.module
            block.call(f"self.{each.attribute} = {head}", arguments, 2)
            lines += block.lines
    return lines


def _forward(placed: Iterable[Placed], variable: str = "x") -> list[Line]:
    """Return what is done, in one statement for each step if that is not too long."""
    lines, source = list[Line](), "x"
    for each in placed:
        block = Block(each.layer)
        functions = [function.replace("{m}", f"self.{each.attribute}") for function in each.functions]
        one = f"{variable} = {applied(functions, source)}"
        if len(one) <= WIDTH - 8:
            block.statement(one, 2, said(each.made))
        else:
            for function in functions[:-1]:
                block.statement(f"{variable} = {applied([function], source)}", 2)
                source = variable
            block.statement(f"{variable} = {applied(functions[-1:], source)}", 2, said(each.made))
        source = variable
        lines += block.lines
    return lines


def _of_forward(plan: Plan) -> str:
    return "what the loss takes" if plan.squash == Noop() else "sums, of which the loss makes probabilities itself"


def _of_predict(plan: Plan) -> str:
    return "the outputs" if plan.squash == Noop() else "probabilities"
