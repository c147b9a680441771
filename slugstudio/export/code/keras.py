"""A network as a program for Keras 3 that predicts, and whose model can go on training as any other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from slugstudio.engine.activation import Noop
from slugstudio.engine.declaration import Array
from slugstudio.export.code import keras_text as text
from slugstudio.export.code import samples
from slugstudio.export.code.keras_network import Functions
from slugstudio.export.code.lines import Block, Line, joined, lines, quoted, said, source_of
from slugstudio.export.code.plan import Plan


def lines_of(plan: Plan, file: str) -> list[Line]:
    """Return the program, whose file is called ``file`` with the ending ``.py``."""
    reading = [lines(source_of(function)) for function in samples.WRITTEN]
    network = _network(plan)
    used = {word for word in ("layers.", "mean_pool(") if any(word in line.text for line in network)}
    head = _head(plan, file, "layers." in used or "mean_pool(" in used)
    mean_pool = lines(text.MEAN_POOL) if "mean_pool(" in used else []
    return joined([head, mean_pool, network, *reading, lines(_use(plan))])


def _head(plan: Plan, file: str, layers: bool) -> list[Line]:
    head = text.HEAD.replace("@LAYERS@", "from keras import layers\n" if layers else "")
    block = Block()
    block.add(head.replace("@FILE@", file).replace("@SAMPLES@", said(plan.input_shape)).strip("\n"))
    block.collection("INPUT_SHAPE = ", [str(size) for size in plan.input_shape], 0)
    block.collection("CLASSES = ", [quoted(name) for name in plan.design.data.source.classes], 0)
    block.add('\nkeras.config.set_image_data_format("channels_last")  # which every backend computes')
    return block.lines


def _network(plan: Plan) -> list[Line]:
    array = "np.typing.NDArray[np.float32]"
    given = f"offset: {array}, scale: {array}" if plan.preprocessing else ""
    block = Block()
    block.add(f"def network({given}) -> keras.Model:")
    block.add(f'"""Return the network, from raw samples to {said(plan.output_shape)}."""', 1)
    return [*block.lines, *Functions(plan).lines]


def _use(plan: Plan) -> str:
    loss = plan.design.training.loss
    given = 'arrays["offset"], arrays["scale"]' if plan.preprocessing else ""
    logits = plan.squash != plan.last
    words = {"Softmax": "keras.ops.softmax(outputs)", "Sigmoid": "keras.ops.sigmoid(outputs)"}
    outputs = f"keras.ops.convert_to_numpy({words[plan.squash.kind]})" if logits else "outputs"
    threshold = loss.threshold if plan.squash == Noop() else 0.5
    found = text.USE.replace("@GIVEN@", given).replace("@OUTPUTS@", outputs).replace("@TRAIN@", "")
    return found.replace("@THRESHOLD@", repr(threshold))


def weights_of(plan: Plan, arrays: Mapping[str, Array], preprocessing: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays that the program loads.

    Parameters
    ----------
    plan : Plan
    arrays : mapping of str to array
        Parameters and buffers by their names in the project, ``dense_1/weight``.
    preprocessing : mapping of str to array
        What the preprocessing measured: ``offset`` and ``scale``, each of shape (channels,), or nothing.
    """
    found = {}
    for name, tensor in Functions(plan).tensors.items():
        array = np.asarray(arrays[name], np.float32)
        found[tensor.name] = np.ascontiguousarray(array if tensor.axes is None else array.transpose(tensor.axes))
    return found | plan.measured(preprocessing)
