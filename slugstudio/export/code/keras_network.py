"""A network as a function for Keras 3 that puts its layers one after the other.

Keras computes images with channels last on every backend, and with channels first only on some. Samples and weights of
ours have channels first, so an image is turned round before the first layer that cares, and back where the order of
values counts. Which way it lies is known at every line, so that nothing is turned without need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from slugstudio.engine import operations as op
from slugstudio.engine.activation import Activation, Noop
from slugstudio.engine.declaration import Shape
from slugstudio.export.code.lines import WIDTH, Block, Line, remark
from slugstudio.export.code.plan import Plan, missing_lines, safe_names

MADE = re.compile(
    r"(input_layer|permute|zero_padding2d|leaky_re_lu|elu|gelu|activation|softmax|subtract"
    r"|true_divide|get_item|add|ones_like|average_pooling2d)(_\d+)?"
)
"""What Keras calls layers without a name: no other may be called so."""

WORDS = {"ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "SiLU": "silu", "Softplus": "softplus"}
"""Activations that Keras knows by a word."""

ACTIVATIONS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "LeakyReLU": lambda a: ("LeakyReLU", repr(a.slope)),
    "ELU": lambda a: ("ELU", repr(a.alpha)),
}
"""Those that are layers; Softmax depends on where the channels are, and GELU is a function."""

MOST_NOISE = 1.0
"""Keras allows no more."""


class Tensor(NamedTuple):
    """An array in Keras: what it is called there, and in which order it has our axes (None: the same)."""

    name: str
    axes: tuple[int, ...] | None = None


class Place(NamedTuple):
    """Where an operation stands: the shape that leaves its layer, both names of that, and what follows in it."""

    made: Shape
    name: str
    path: str
    following: list[op.Operation]

    @property
    def called(self) -> str:
        """The name as an argument."""
        return f'name="{self.name}"'

    def word(self) -> list[str]:
        """Take the activation that follows into the layer, if it is one of words."""
        match self.following:
            case [op.Activate(activation), *_] if activation.kind in WORDS:
                self.following.pop(0)
                return [f'activation="{WORDS[activation.kind]}"']
        return []


KERNEL = (2, 3, 1, 0)
"""From (kernels, channels, height, width) to (height, width, channels, kernels)."""


class Functions:
    """The lines of ``network``, which are written one after the other.

    Attributes
    ----------
    lines : list of Line
    tensors : dict of str to Tensor
        Each array by its name in the project, such as ``dense_1/weight``.
    """

    def __init__(self, plan: Plan) -> None:
        self.lines: list[Line] = []
        self.tensors: dict[str, Tensor] = {}
        self._layer: str | None = None
        self._depth = 0
        self._x, self._shape, self._last = "x", plan.input_shape, False
        self._write(f"inputs = keras.Input({plan.input_shape})")
        self._write("x = (inputs - offset) / scale" if plan.preprocessing else "x = inputs")
        names = safe_names((layer.name for layer in plan.layers), MADE.fullmatch)
        for layer in plan.layers:
            self._layer = layer.id
            if layer.step is None:
                self.lines += missing_lines(layer, 1)
                continue
            last = [op.Activate(plan.last)] if layer is plan.layers[-1] and plan.last != Noop() else []
            self._operations(layer.step, [*layer.step.operations, *last], names[layer.name], f"{layer.name}/")
        self._layer = None
        self._turn(last=False)
        self._write("return keras.Model(inputs, x)")

    # Writing

    def _write(self, text: str, comment: str = "") -> None:
        block = Block(self._layer)
        block.statement(text, 1, comment)
        self.lines += block.lines

    def _apply(self, kind: str, arguments: Sequence[str], made: Shape) -> None:
        """Write a layer of Keras that is applied; if that is too long for a line, it is made before."""
        kept = made == self._shape
        self._shape, self._last = made, self._last and len(made) == len(self._shape) == 3
        one = f"{self._x} = layers.{kind}({', '.join(arguments)})({self._x})"
        if 4 + len(one) > WIDTH:
            block = Block(self._layer)
            block.call(f"layer = layers.{kind}", arguments, 1)
            self.lines += block.lines
            one = f"{self._x} = layer({self._x})"
        room = 4 + len(f"{one}  # {self._said()}") <= WIDTH
        self._write(one, self._said() if room or not kept else "")

    def _said(self) -> str:
        shape = (*self._shape[1:], self._shape[0]) if self._last else self._shape
        return f"(n, {', '.join(map(str, shape))})"

    def _turn(self, last: bool) -> None:
        """Bring an image to have its channels last, or first; anything else stays."""
        if len(self._shape) == 3 and last != self._last:
            self._last = last
            self._write(f"{self._x} = layers.Permute({(2, 3, 1) if last else (3, 1, 2)})({self._x})", self._said())

    # Operations

    def _operations(self, step: op.Step, operations: list[op.Operation], name: str, path: str) -> None:
        at = Place(step.output_shape, name, path, operations)
        while operations:
            operation = operations.pop(0)
            for ours, tensor in HOW[type(operation)](self, operation, at).items():
                self.tensors[path + ours] = Tensor(f"{name}/{tensor.name}", tensor.axes)

    def affine(self, o: op.Affine, at: Place) -> dict[str, Tensor]:
        """Write a Dense."""
        self._apply("Dense", [str(at.made[0]), *at.word(), at.called], at.made)
        return {o.weight: Tensor("kernel"), o.bias: Tensor("bias")}

    def convolve(self, o: op.Convolve, at: Place) -> dict[str, Tensor]:
        """Keras takes no stride and dilation together: then it makes every place, of which some are taken."""
        self._turn(last=True)
        reach = tuple((k - 1) * d for k, d in zip(o.kernel_size, o.dilation, strict=True))
        same = o.stride == (1, 1) and o.edges.even and (2 * o.edges.top, 2 * o.edges.left) == reach and any(o.edges)
        if not same:
            self._surround(o.edges)
        apart = o.stride != (1, 1) and o.dilation != (1, 1)
        arguments = [str(at.made[0]), _pair(o.kernel_size)]
        arguments += [f"strides={_pair(o.stride)}"] if o.stride != (1, 1) and not apart else []
        arguments += ['padding="same"'] if same else []
        arguments += [f"dilation_rate={_pair(o.dilation)}"] if o.dilation != (1, 1) else []
        arguments += [f"groups={o.groups}"] if o.groups > 1 else []
        arguments += ["use_bias=False"] if o.bias is None else []
        if not apart:
            self._apply("Conv2D", [*arguments, *at.word(), at.called], at.made)
            return _kernel(o)
        _, height, width = self._shape
        self._apply("Conv2D", [*arguments, at.called], (at.made[0], height - reach[0], width - reach[1]))
        return self._part(o, f"::{o.stride[0]}, ::{o.stride[1]}", at)

    def _surround(self, edges: op.Edges) -> None:
        """Put zeros at the edges of an image, if there are to be any."""
        if any(edges):
            top, left, bottom, right = edges
            channels, height, width = self._shape
            padded = channels, height + top + bottom, width + left + right
            self._apply("ZeroPadding2D", [str(((top, bottom), (left, right)))], padded)

    def _part(self, o: op.Convolve | op.ConvolveTransposed, rows_and_columns: str, at: Place) -> dict[str, Tensor]:
        """Take some rows and columns of what a convolution has made."""
        self._shape = at.made
        self._write(f"{self._x} = {self._x}[:, {rows_and_columns}, :]", self._said())
        return _kernel(o)

    def convolve_transposed(self, o: op.ConvolveTransposed, at: Place) -> dict[str, Tensor]:
        """Take a part of the whole image, to which Keras adds what a stride larger than the kernel leaves free."""
        self._turn(last=True)
        sizes = zip(self._shape[1:], o.stride, o.kernel_size, strict=True)
        whole = tuple(n * step + max(size - step, 0) for n, step, size in sizes)
        arguments = [str(at.made[0]), _pair(o.kernel_size)]
        arguments += [f"strides={_pair(o.stride)}"] if o.stride != (1, 1) else []
        arguments += ["use_bias=False"] if o.bias is None else []
        if whole == at.made[1:]:
            self._apply("Conv2DTranspose", [*arguments, *at.word(), at.called], at.made)
            return _kernel(o)
        self._apply("Conv2DTranspose", [*arguments, at.called], (at.made[0], *whole))
        rows, columns = (f"{cut}:{cut + size}" for cut, size in zip(o.cut[:2], at.made[1:], strict=True))
        return self._part(o, f"{rows}, {columns}", at)

    def pool(self, o: op.Pool, at: Place) -> dict[str, Tensor]:
        """Write a pooling; the mean of blocks at the edges is a function of ours."""
        self._turn(last=True)
        if o.how == "mean" and any(o.edges):
            self._shape = at.made
            top, left, bottom, right = o.edges
            function = f"mean_pool({self._x}, {o.size}, {o.stride}, {((top, bottom), (left, right))})"
            self._write(f"{self._x} = {function}", self._said())
            return {}
        given = [f"strides={_pair(o.stride)}"] if o.stride != o.size else []
        given += ['padding="same"'] if any(o.edges) else []
        kind = "MaxPooling2D" if o.how == "max" else "AveragePooling2D"
        self._apply(kind, [_pair(o.size), *given, at.called], at.made)
        return {}

    def change_shape(self, o: op.ChangeShape, at: Place) -> dict[str, Tensor]:
        """Write a Flatten or a Reshape, in the order of our axes."""
        self._turn(last=False)
        self._apply(
            *(("Flatten", [at.called]) if len(o.shape) == 1 else ("Reshape", [str(o.shape), at.called])), at.made
        )
        return {}

    def of_image(self, kind: str, arguments: Sequence[str], at: Place) -> dict[str, Tensor]:
        """Write a layer without weights that wants the channels last."""
        self._turn(last=True)
        self._apply(kind, [*arguments, at.called], at.made)
        return {}

    def drop(self, o: op.Drop, at: Place) -> dict[str, Tensor]:
        """Write a Dropout, of values or of maps."""
        if o.whole_maps:
            return self.of_image("SpatialDropout2D", [repr(o.p)], at)
        self._apply("Dropout", [repr(o.p), at.called], at.made)
        return {}

    def add_noise(self, o: op.AddNoise, at: Place) -> dict[str, Tensor]:
        """Write the noise, as far as Keras allows it."""
        if o.sigma > MOST_NOISE:
            self.lines += remark(f"{at.name} is left out: its noise is stronger than Keras allows.", 1, self._layer)
        else:
            self._apply("GaussianNoise", [repr(o.sigma), at.called], at.made)
        return {}

    def activate(self, activation: Activation) -> dict[str, Tensor]:
        """Write an activation that is a layer, or a function."""
        if activation.kind == "GELU":
            self._write(f"{self._x} = keras.activations.gelu({self._x}, approximate=True)")
        elif activation.kind == "Softmax":
            self._apply("Softmax", [] if self._last or len(self._shape) == 1 else ["axis=1"], self._shape)
        elif activation.kind in WORDS:
            self._apply("Activation", [f'"{WORDS[activation.kind]}"'], self._shape)
        else:
            kind, argument = ACTIVATIONS[activation.kind](activation)
            self._apply(kind, [argument], self._shape)
        return {}

    def normalise_sample(self, o: op.NormaliseSample, at: Place) -> dict[str, Tensor]:
        """Write a LayerNormalization over all axes, whose weights lie as the image does."""
        axes = [f"axis={list(range(1, len(self._shape) + 1))}"] if len(self._shape) > 1 else []
        self._apply("LayerNormalization", [*axes, f"epsilon={o.epsilon!r}", at.called], at.made)
        order = (1, 2, 0) if self._last else None
        return {o.weight: Tensor("gamma", order), o.bias: Tensor("beta", order)}

    def normalise_features(self, o: op.NormaliseFeatures, at: Place) -> dict[str, Tensor]:
        """Write a BatchNormalization; its momentum is what is kept, ours what is new."""
        axes = ["axis=1"] if len(self._shape) > 1 and not self._last else []
        options = [f"momentum={round(1 - o.momentum, 12)!r}", f"epsilon={o.epsilon!r}", at.called]
        self._apply("BatchNormalization", [*axes, *options], at.made)
        names = {o.weight: "gamma", o.bias: "beta", o.mean: "moving_mean", o.variance: "moving_variance"}
        return {ours: Tensor(theirs) for ours, theirs in names.items()}

    def add(self, o: op.AddShortcut, at: Place) -> dict[str, Tensor]:
        """Write both ways from one image, and their sum."""
        outer, start = self._x, (self._shape, self._last)
        self._depth += 1
        shortcut = "shortcut" if self._depth == 1 else f"shortcut_{self._depth}"
        self._write(f"{shortcut} = {outer}")
        for step in o.stack:
            self._operations(step, [*step.operations], f"{at.name}-{step.name}", f"{at.path}{step.name}/")
        end = self._shape, self._last
        self._x, (self._shape, self._last) = shortcut, start
        for step in o.shortcut:
            self._operations(step, [*step.operations], f"{at.name}-{step.name}", f"{at.path}{step.name}/")
        self._turn(last=end[1])
        self._depth -= 1
        self._x, (self._shape, self._last) = outer, end
        self._write(f"{outer} = layers.add([{outer}, {shortcut}])", self._said())
        return {}


HOW: dict[type[op.Operation], Callable[[Functions, Any, Place], dict[str, Tensor]]] = {
    op.Affine: Functions.affine,
    op.Convolve: Functions.convolve,
    op.ConvolveTransposed: Functions.convolve_transposed,
    op.Pool: Functions.pool,
    op.MeanOfMaps: lambda f, o, at: f.of_image("GlobalAveragePooling2D", [], at),
    op.Enlarge: lambda f, o, at: f.of_image("UpSampling2D", [_pair(o.size)], at),
    op.ChangeShape: Functions.change_shape,
    op.NormaliseFeatures: Functions.normalise_features,
    op.NormaliseSample: Functions.normalise_sample,
    op.Activate: lambda f, o, at: f.activate(o.activation),
    op.Drop: Functions.drop,
    op.AddNoise: Functions.add_noise,
    op.AddShortcut: Functions.add,
}
"""How each operation is written; it returns its arrays by their names in our layer. `ScaleAndShift` comes first."""


def _kernel(o: op.Convolve | op.ConvolveTransposed) -> dict[str, Tensor]:
    return {o.weight: Tensor("kernel", KERNEL)} | ({} if o.bias is None else {o.bias: Tensor("bias")})


def _pair(value: tuple[int, int]) -> str:
    return str(value[0]) if value[0] == value[1] else str(value)
