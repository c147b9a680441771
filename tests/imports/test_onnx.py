from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from slugstudio.datasets import Digits, Standardise, Unchanged
from slugstudio.engine.activation import ELU, GELU, LeakyReLU, Noop, ReLU, Sigmoid, Softmax, Softplus, Tanh
from slugstudio.engine.layers import ActivationLayer, Dense, Dropout, Flatten, Reshape
from slugstudio.engine.loss import BinaryCrossEntropy, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.export import export
from slugstudio.imports import ImportRefused, onnx_file, open_onnx
from slugstudio.project import Project
from slugstudio.project.analysis import analyse
from slugstudio.project.session import Session, compile_network
from slugstudio.project.templates import TEMPLATES, template
from tests.project.made import digits_design, trained

GOLDEN = Path(__file__).parents[1] / "golden" / "onnx"
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def predicted(project: Project, x: np.ndarray) -> np.ndarray:
    assert project.trained is not None
    assert project.trained.preprocessing is not None
    found: np.ndarray = compile_network(project).predict(project.trained.preprocessing.apply(x))
    return found


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.onnx")), ids=lambda path: path.stem)
def test_what_pytorch_exports_predicts_as_it_did_there(path: Path) -> None:
    answers = np.load(GOLDEN / "answers.npz")
    name = path.stem.rsplit("-", 1)[0]
    project = open_onnx(path)
    np.testing.assert_allclose(predicted(project, answers[f"{name}/x"]), answers[f"{name}/y"], atol=1e-6)
    assert analyse(project.design).playable
    for _ in Session(project).run(epochs=1):
        break


@pytest.mark.parametrize("name", TEMPLATES)
def test_our_own_files_come_back(name: str) -> None:
    project = template(name)
    if any(entry.layer.kind == "Residual" for entry in project.design.layers):
        export(project, Path("a.onnx"))
        with pytest.raises(ImportRefused, match="expected a chain"):
            open_onnx("a.onnx")
        return
    session = Session(project)
    project = session.capture()
    export(project, Path("a.onnx"))
    back = open_onnx("a.onnx")
    assert [entry.name for entry in back.design.layers if entry.layer.kind != "Dropout"] == [
        entry.name for entry in project.design.layers if entry.layer.kind != "Dropout"
    ]
    x = session.dataset.x[:20]
    expected = session.network.predict(session.fitted.apply(x))
    np.testing.assert_allclose(predicted(back, x), expected, atol=1e-5)


def test_digits_find_their_data_again() -> None:
    export(trained(digits_design()), Path("a.onnx"))
    back = open_onnx("a.onnx")
    assert back.design.data.source == Digits()
    assert isinstance(back.design.data.preprocessing, Standardise)


Made = tuple[list[Any], dict[str, np.ndarray]]


def model(
    nodes: list[Any], constants: dict[str, np.ndarray], shape: tuple[int, ...], opset: int = 17, **more: Any
) -> Any:
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *shape])]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in more.pop("outputs", ["y"])]
    graph = helper.make_graph(nodes, "g", inputs + more.pop("inputs", []), outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, **more)


def same_as_onnxruntime(made: Any, shape: tuple[int, ...], positive: bool = False) -> Project:
    """Open a model, compare with onnxruntime on random samples, and return the project."""
    content = made.SerializeToString()
    Path("m.onnx").write_bytes(content)
    x = RNG.standard_normal((5, *shape)).astype(np.float32)
    x = abs(x) if positive else x
    (expected,) = onnxruntime.InferenceSession(content).run(None, {"x": x})
    project = open_onnx("m.onnx")
    found = predicted(project, x)
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-4, atol=1e-5)
    return project


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def node(op: str, *inputs: str, **attributes: Any) -> Any:
    return helper.make_node(
        op, list(inputs), attributes.pop("outputs", ["y"]), name=attributes.pop("name", ""), **attributes
    )


IMAGE = (2, 9, 8)
KERNELS = {"w": floats(4, 2, 3, 3), "b": floats(4)}


@pytest.mark.parametrize(
    ("made", "shape"),
    [
        (lambda: ([node("Conv", "x", "w", "b")], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w")], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w", "b", strides=[2, 1], pads=[1, 2, 1, 2], dilations=[2, 1])], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w", auto_pad="SAME_UPPER", strides=[2, 2])], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w", auto_pad="SAME_LOWER")], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w", auto_pad="VALID")], KERNELS), IMAGE),
        (lambda: ([node("Conv", "x", "w", pads=[0, 0, 1, 1], strides=[2, 2])], KERNELS), (2, 8, 8)),
        (lambda: ([node("Conv", "x", "w", group=2)], {"w": floats(4, 1, 3, 3)}), IMAGE),
        (
            lambda: ([node("ConvTranspose", "x", "w", "b", strides=[2, 3])], {"w": floats(2, 4, 3, 3), "b": floats(4)}),
            IMAGE,
        ),
        (
            lambda: ([node("ConvTranspose", "x", "w", strides=[2, 2], pads=[1, 1, 1, 1])], {"w": floats(2, 3, 4, 4)}),
            IMAGE,
        ),
        (lambda: ([node("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2])], {}), IMAGE),
        (lambda: ([node("MaxPool", "x", kernel_shape=[3, 2])], {}), IMAGE),
        (lambda: ([node("MaxPool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], {}), (2, 9, 9)),
        (lambda: ([node("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)], {}), IMAGE),
        (lambda: ([node("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")], {}), IMAGE),
        (lambda: ([node("AveragePool", "x", kernel_shape=[2, 2], strides=[2, 2])], {}), IMAGE),
        (lambda: ([node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], {}), (2, 9, 9)),
        (lambda: ([node("GlobalAveragePool", "x")], {}), IMAGE),
        (lambda: ([node("ReduceMean", "x", axes=[2, 3], keepdims=0)], {}), IMAGE),
        (lambda: ([node("Flatten", "x")], {}), IMAGE),
        (lambda: ([node("Reshape", "x", "s")], {"s": np.array([0, -1])}), IMAGE),
        (lambda: ([node("Reshape", "x", "s")], {"s": np.array([-1, 144])}), IMAGE),
        (lambda: ([node("Gemm", "x", "w", "b")], {"w": floats(6, 3), "b": floats(3)}), (6,)),
        (
            lambda: ([node("Gemm", "x", "w", "b", transB=1, alpha=0.5, beta=2.0)], {"w": floats(3, 6), "b": floats(1)}),
            (6,),
        ),
        (lambda: ([node("Gemm", "x", "w")], {"w": floats(6, 3)}), (6,)),
        (
            lambda: (
                [node("MatMul", "x", "w", outputs=["z"]), node("Add", "b", "z")],
                {"w": floats(6, 3), "b": floats(3)},
            ),
            (6,),
        ),
        (
            lambda: (
                [node("Sub", "x", "m", outputs=["z"]), node("Div", "z", "s", outputs=["p"]), node("Tanh", "p")],
                {"m": floats(1, 2, 1, 1), "s": np.float32(3)},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [node("Mul", "x", "s", outputs=["z"]), node("Add", "z", "m", outputs=["p"]), node("Tanh", "p")],
                {"m": floats(2, 1, 1), "s": np.float32(0.01)},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [node("Relu", "x", outputs=["r"]), node("Mul", "r", "s", outputs=["z"]), node("Sub", "z", "m")],
                {"m": floats(2, 1, 1), "s": np.float32(-2)},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [node("BatchNormalization", "x", *"abmv", epsilon=1e-3)],
                {"a": floats(2), "b": floats(2), "m": floats(2), "v": abs(floats(2))},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [node("Dropout", "x", "p", outputs=["d", "mask"]), node("Identity", "d")],
                {"p": np.float32(0.25)},
            ),
            (6,),
        ),
        (lambda: ([node("Squeeze", "x", "axes")], {"axes": np.array([2, 3])}), (4, 1, 1)),
        (lambda: ([node("Transpose", "x", outputs=["t"], perm=[0, 1]), node("Relu", "t")], {}), (6,)),
        (
            lambda: (
                [
                    node("GlobalAveragePool", "x", outputs=["g"]),
                    node("Conv", "g", "w", outputs=["c"]),
                    node("Flatten", "c"),
                ],
                {"w": floats(4, 2, 1, 1)},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [
                    node("GlobalAveragePool", "x", outputs=["g"]),
                    node("BatchNormalization", "g", *"abmv", outputs=["c"]),
                    node("Flatten", "c"),
                ],
                {"a": floats(2), "b": floats(2), "m": floats(2), "v": abs(floats(2))},
            ),
            IMAGE,
        ),
        (
            lambda: (
                [node("Reshape", "x", "s", outputs=["r"]), node("Conv", "r", "w")],
                {"s": np.array([0, 2, 3, 4]), "w": floats(1, 2, 2, 2)},
            ),
            (24,),
        ),
    ],
)
def test_each_operator_computes_as_onnxruntime(made: Callable[[], Made], shape: tuple[int, ...]) -> None:
    same_as_onnxruntime(model(*made(), shape), shape)


@pytest.mark.parametrize(
    ("op", "attributes", "activation"),
    [
        ("Relu", {}, ReLU()),
        ("Tanh", {}, Tanh()),
        ("Sigmoid", {}, Sigmoid()),
        ("Softplus", {}, Softplus()),
        ("LeakyRelu", {"alpha": 0.25}, LeakyReLU(0.25)),
        ("Elu", {"alpha": 2.0}, ELU(2.0)),
        ("Gelu", {"approximate": "tanh"}, GELU()),
        ("Softmax", {}, Softmax()),
        ("Softmax", {"axis": 1}, Softmax()),
    ],
)
def test_an_activation_belongs_to_the_layer_before_it(op: str, attributes: dict[str, Any], activation: object) -> None:
    constants = {"w": floats(6, 3)}
    after = model([node("MatMul", "x", "w", outputs=["z"]), node(op, "z", **attributes)], constants, (6,), 20)
    assert same_as_onnxruntime(after, (6,)).design.layers[-1].layer == Dense(3, activation=activation)
    alone = model([node(op, "x", **attributes)], {}, (6,), 20)
    assert same_as_onnxruntime(alone, (6,)).design.layers[-1].layer == ActivationLayer(activation)
    twice = model([node("Relu", "x", outputs=["z"]), node(op, "z", **attributes)], {}, (6,), 20)
    assert len(same_as_onnxruntime(twice, (6,)).design.layers) == 2


def ends(*nodes: Any, n: int = 3) -> Project:
    made = model([node("MatMul", "x", "w", outputs=["z"]), *nodes], {"w": floats(6, n)}, (6,))
    Path("m.onnx").write_bytes(made.SerializeToString())
    return open_onnx("m.onnx")


def test_the_loss_goes_with_what_leaves_the_network() -> None:
    identity = node("Identity", "z")
    assert ends(node("Softmax", "z")).design.training.loss == SoftmaxCategoricalCrossEntropy()
    assert ends(node("Sigmoid", "z"), n=1).design.training.loss == BinaryCrossEntropy()
    assert ends(node("Sigmoid", "z")).design.training.loss == MeanSquaredError()
    assert ends(identity).design.training.loss == SoftmaxCategoricalCrossEntropy(from_logits=True)
    assert ends(identity, n=1).design.training.loss == BinaryCrossEntropy(from_logits=True)


def test_names_of_the_file_are_kept_where_they_can_be() -> None:
    nodes = [
        node("MatMul", "x", "w", outputs=["a"], name="/head/MatMul"),
        node("Relu", "a", outputs=["b"], name="/relu/Relu"),
        node("Dropout", "b", outputs=["c"], name="Head/Dropout"),
        node("MatMul", "c", "v", name="3.weird"),
    ]
    Path("m.onnx").write_bytes(model(nodes, {"w": floats(6, 4), "v": floats(4, 2)}, (6,)).SerializeToString())
    assert [entry.name for entry in open_onnx("m.onnx").design.layers] == ["head", "dropout_1", "dense_1"]


def test_other_labels_are_other_data() -> None:
    made = model([node("Flatten", "x", outputs=["f"]), node("MatMul", "f", "w")], {"w": floats(64, 10)}, (1, 8, 8))
    for labels, kind in ((None, "Digits"), ('["a"]', "MadeUp"), ("no JSON", "Digits"), ('"text"', "Digits")):
        del made.metadata_props[:]
        if labels is not None:
            helper.set_model_props(made, {"labels": labels})
        Path("m.onnx").write_bytes(made.SerializeToString())
        project = open_onnx("m.onnx")
        assert project.design.data.source.kind == kind
        assert isinstance(project.design.data.preprocessing, Unchanged)


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: model([node("Sin", "x", name="strange")], {}, (6,)),
        r"strange \(Sin\): there is no such layer here; known are",
    ),
    (lambda: model([node("Conv", "x", "w", pads=[0, 0, 1, 1])], KERNELS, IMAGE), "not the same on both sides"),
    (lambda: model([node("Conv", "x", "w")], {"w": floats(4, 2, 3)}, (2, 9)), "expected an image of three axes"),
    (lambda: model([node("Conv", "x", "w")], {"w": floats(4, 9, 3, 3)}, IMAGE), "expected weights of|does not fit"),
    (lambda: model([node("Conv", "x", "w")], {"w": floats(4, 3)}, IMAGE), "expected constant weights of 4 axes"),
    (lambda: model([node("Conv", "x", "w", auto_pad="ODD")], KERNELS, IMAGE), "auto_pad ODD is not known"),
    (lambda: model([node("Conv", "x", "w", strides=[1])], KERNELS, IMAGE), "expected strides for height and width"),
    (lambda: model([node("Conv", "x", "w")], {"w": np.full((4, 2, 3, 3), np.inf, np.float32)}, IMAGE), "not finite"),
    (
        lambda: model([node("ConvTranspose", "x", "w", group=2)], {"w": floats(2, 1, 3, 3)}, IMAGE),
        "groups and dilation",
    ),
    (
        lambda: model([node("ConvTranspose", "x", "w", output_padding=[1, 1])], {"w": floats(2, 1, 3, 3)}, IMAGE),
        "output_padding",
    ),
    (
        lambda: model([node("ConvTranspose", "x", "w", auto_pad="SAME_UPPER")], {"w": floats(2, 1, 3, 3)}, IMAGE),
        "auto_pad",
    ),
    (
        lambda: model([node("ConvTranspose", "x", "w", pads=[2, 2, 2, 2])], {"w": floats(2, 1, 3, 3)}, IMAGE),
        "it cuts off",
    ),
    (lambda: model([node("MaxPool", "x", kernel_shape=[2, 2], dilations=[2, 2])], {}, IMAGE), "dilation is not known"),
    (
        lambda: model([node("MaxPool", "x", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])], {}, (2, 8, 8)),
        "no layer here does",
    ),
    (
        lambda: model(
            [node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)],
            {},
            (2, 9, 9),
        ),
        "count_include_pad",
    ),
    (lambda: model([node("ReduceMean", "x", axes=[1])], {}, IMAGE), "expected the mean over height and width"),
    (lambda: model([node("Gemm", "x", "w", transA=1)], {"w": floats(6, 3)}, (6,)), "transA"),
    (lambda: model([node("Gemm", "x", "w")], {"w": floats(6, 3)}, IMAGE), "expected a vector"),
    (
        lambda: model([node("BatchNormalization", "x", *"abm")], {n: floats(2) for n in "abm"}, IMAGE),
        "expected scale, shift",
    ),
    (
        lambda: model(
            [node("BatchNormalization", "x", *"abmv", training_mode=1)], {n: floats(2) for n in "abmv"}, IMAGE
        ),
        "training mode",
    ),
    (
        lambda: model([node("Dropout", "x", "p", "t")], {"p": np.float32(0.5), "t": np.bool_(True)}, (6,)),
        "training mode",
    ),
    (lambda: model([node("Dropout", "x", "p")], {"p": np.float32(1.0)}, (6,)), "does not fit what arrives"),
    (lambda: model([node("Flatten", "x", axis=2)], {}, IMAGE), "expected one vector a sample"),
    (lambda: model([node("Reshape", "x", "s")], {"s": np.array([2, 72])}, IMAGE), "expected samples to stay apart"),
    (lambda: model([node("Reshape", "x", "s")], {"s": np.array([0, 7])}, IMAGE), "expected 144 values"),
    (lambda: model([node("Reshape", "x")], {}, IMAGE), "expected a constant shape"),
    (lambda: model([node("Squeeze", "x")], {}, IMAGE), "so that a vector remains"),
    (lambda: model([node("Transpose", "x", perm=[0, 3, 1, 2])], {}, IMAGE), "turns the axes round"),
    (lambda: model([node("Transpose", "x")], {}, IMAGE), "turns the axes round"),
    (lambda: model([node("Softmax", "x")], {}, IMAGE), "over the values of a vector"),
    (lambda: model([node("Gelu", "x")], {}, (6,), 20), "in its tanh form only"),
    (lambda: model([node("Mul", "x", "m")], {"m": np.float32(-1)}, (6,)), "multiplied by positive"),
    (lambda: model([node("Div", "x", "m")], {"m": np.float32(0)}, (6,)), "divides by zero"),
    (lambda: model([node("Sub", "m", "x")], {"m": np.float32(1)}, (6,)), "expected what arrives as its first input"),
    (
        lambda: model([node("Add", "x", "m")], {"m": floats(1, 1, 9, 1)}, IMAGE),
        "expected one number, or one for each of 2",
    ),
    (lambda: model([node("Add", "x", "")], {}, (6,)), "expected a number beside"),
    (lambda: model([node("Identity", "x")], {}, (6,)), "expected at least one layer"),
    (lambda: model([node("Mul", "x", "x")], {}, (6,)), "it branches"),
    (lambda: model([node("Split", "x", outputs=["y", "z"])], {}, (6,)), "it branches"),
    (
        lambda: model(
            [node("Relu", "x", outputs=["a"]), node("Relu", "a", outputs=["b"]), node("Add", "b", "a")], {}, (6,)
        ),
        "expected a chain, one node after the other; it takes a too",
    ),
    (lambda: model([node("Relu", "x", outputs=["a"]), node("Relu", "x")], {}, (6,)), "works on something else"),
    (lambda: model([node("Relu", "x")], {}, (6,), 6), "expected operators of version 7 to"),
    (lambda: model([node("Relu", "x")], {}, (6,), outputs=["y", "x"]), "expected one output"),
    (lambda: model([node("Relu", "x")], {}, (6,), outputs=[]), "expected one output, .* received none"),
    (lambda: model([node("Relu", "x")], {}, ("h", 6)), "expected samples of a known shape"),
    (
        lambda: model(
            [node("Relu", "x")], {}, (6,), inputs=[helper.make_tensor_value_info("other", TensorProto.FLOAT, [1])]
        ),
        r"expected one input, received 2 \(x, other\)",
    ),
    (lambda: model([helper.make_node("Relu", ["x"], ["y"], domain="com.other")], {}, (6,)), "operators of com.other"),
    (
        lambda: model([node("Constant", outputs=["c"], value_string="text"), node("Add", "x", "c")], {}, (6,)),
        "expected numbers",
    ),
    (
        lambda: model(
            [node("Shape", "x", outputs=["s"]), node("Abs", "s", outputs=["t"]), node("Reshape", "x", "t")], {}, (6,)
        ),
        "computes with shapes",
    ),
]


@pytest.mark.parametrize(("made", "said"), REFUSED)
def test_what_cannot_be_taken_is_named(made: Callable[[], Any], said: str) -> None:
    Path("m.onnx").write_bytes(made().SerializeToString())
    with pytest.raises(ImportRefused, match=rf"^m\.onnx: .*({said})"):
        open_onnx("m.onnx")


def test_shapes_that_are_computed_are_followed() -> None:
    nodes = [
        node("Shape", "x", outputs=["s"]),
        node("Slice", "s", "zero", "one", outputs=["n"]),
        node("Cast", "n", outputs=["m"], to=TensorProto.INT64),
        node("Concat", "m", "minus", outputs=["t"], axis=0),
        node("Identity", "w", outputs=["v"]),
        node("Reshape", "x", "t", outputs=["f"]),
        node("MatMul", "f", "v"),
    ]
    constants = {"zero": np.array([0]), "one": np.array([1]), "minus": np.array([-1]), "w": floats(144, 3)}
    project = same_as_onnxruntime(model(nodes, constants, IMAGE), IMAGE)
    assert [entry.layer.kind for entry in project.design.layers] == ["Flatten", "Dense"]


def test_constants_in_the_graph_are_constants() -> None:
    nodes = [
        node("Constant", outputs=["a"], value_float=2.0),
        node("Mul", "x", "a", outputs=["b"]),
        node("Constant", outputs=["c"], value=numpy_helper.from_array(np.float32(1))),
        node("Add", "b", "c", outputs=["d"]),
        node("Tanh", "d"),
    ]
    same_as_onnxruntime(model(nodes, {}, (6,)), (6,))


def test_numbers_that_lie_in_another_file_are_refused() -> None:
    made = model([node("MatMul", "x", "w")], {"w": floats(6, 3)}, (6,))
    onnx.save_model(made, "m.onnx", save_as_external_data=True, location="secret.bin", size_threshold=0)
    with pytest.raises(ImportRefused, match=r"m\.onnx: w: its numbers lie in another file; save the model as one file"):
        open_onnx("m.onnx")


def test_numbers_that_are_fewer_than_declared_are_told() -> None:
    made = model([node("MatMul", "x", "w")], {"w": floats(6, 3)}, (6,))
    made.graph.initializer[0].dims[0] = 7
    Path("m.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(ImportRefused, match=r"m\.onnx: it is damaged, or no sound ONNX model"):
        open_onnx("m.onnx")


def test_an_image_at_the_end_is_flattened() -> None:
    project = same_as_onnxruntime(model([node("Relu", "x")], {}, (1, 2, 2)), (1, 2, 2))
    assert [entry.layer for entry in project.design.layers] == [ActivationLayer(ReLU()), Flatten()]


def test_a_reshape_is_one() -> None:
    made = model([node("Reshape", "x", "s", outputs=["r"]), node("Flatten", "r")], {"s": np.array([0, 1, 2, 3])}, (6,))
    assert [entry.layer for entry in same_as_onnxruntime(made, (6,)).design.layers] == [Reshape((1, 2, 3)), Flatten()]


def test_dropout_without_a_rate_is_one_half() -> None:
    made = model([node("Dropout", "x", outputs=["d"]), node("Relu", "d")], {}, (6,))
    assert same_as_onnxruntime(made, (6,)).design.layers[0].layer == Dropout(0.5)
    assert Dense(3).activation == Noop()


def test_files_that_are_none_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImportRefused, match=r"missing\.onnx: cannot be read: there is no such file"):
        open_onnx("missing.onnx")
    Path("m.onnx").write_bytes(b"\xff\xfe no protobuf")
    with pytest.raises(ImportRefused, match=r"m\.onnx: it is damaged, or no ONNX file"):
        open_onnx("m.onnx")
    Path("m.onnx").write_bytes(
        model([node("Relu", "x", outputs=["a"]), node("Relu", "a")], {}, (6,)).SerializeToString()
    )
    with monkeypatch.context() as patch:
        patch.setattr(onnx_file, "MAX_NODES", 1)
        with pytest.raises(ImportRefused, match="expected at most 1 nodes, received 2"):
            open_onnx("m.onnx")
    with monkeypatch.context() as patch:
        patch.setattr(onnx_file, "MAX_BYTES", 10)
        with pytest.raises(ImportRefused, match="expected at most 2 GiB"):
            open_onnx("m.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportRefused, match=r'not installed: pip install "slugstudio\[onnx\]"'):
        open_onnx("m.onnx")


SMALL = model(
    [node("Conv", "x", "w", "b", outputs=["c"]), node("Flatten", "c", outputs=["f"]), node("Gemm", "f", "v")],
    {**KERNELS, "v": floats(168, 2)},
    IMAGE,
)
CONTENT = SMALL.SerializeToString()


@given(st.data())
def test_damaged_models_are_refused_or_opened(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(CONTENT)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damage") / "m.onnx"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    with suppress(ImportRefused):
        open_onnx(path)
