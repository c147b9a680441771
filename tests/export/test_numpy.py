"""The program for numpy: one file that needs nothing else, and computes what the engine computes."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from slugstudio.datasets import Spirals
from slugstudio.engine import operations
from slugstudio.engine.activation import Activation, Noop, Sigmoid
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import ActivationLayer, Dense, Layer
from slugstudio.engine.loss import BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy
from slugstudio.export import ProofError, Source, export
from slugstudio.export.code import numpy_code, numpy_functions, text_of
from slugstudio.export.code.plan import plan
from slugstudio.export.numpy_program import NumPy
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from slugstudio.project.templates import TEMPLATES, template
from tests.engine.test_layers import CASES
from tests.export.made import learned, project_of, trained
from tests.export.random_networks import proven, random_source, source_of


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("digits-cnn")


def program(path: Path) -> Any:
    """Return a written program as a module, here: the fresh process of its proof takes longer."""
    spec = importlib.util.spec_from_file_location("program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def difference(source: Source, folder: Path) -> float:
    """Write a network, compute with what was written, and return how far it is off at most, relative beyond 1."""
    path = folder / "net.py"
    path.write_bytes(NumPy().files(source, path)["net.py"])
    module = program(path)
    found, expected = module.forward(source.samples.inputs, module.weights()), source.samples.outputs
    assert found.shape == expected.shape
    return float((np.abs(found - expected) / (1 + np.abs(expected))).max())


def written_difference(source: Source) -> float:
    """Return the same of the way forward as it is written, with the functions in their own module."""
    names = dict(vars(numpy_functions))
    exec(text_of(numpy_code._forward(plan(source.design))), names)
    weights = {f"preprocessing/{name}": array for name, array in source.fitted.arrays.items()} | dict(source.weights)
    found, expected = names["forward"](source.samples.inputs, weights), source.samples.outputs
    assert found.shape == expected.shape
    return float((np.abs(found - expected) / (1 + np.abs(expected))).max())


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_every_operation_and_activation_is_translated() -> None:
    assert {*numpy_code._WRITTEN, operations.AddShortcut} == set(operations.Operation.__subclasses__())


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_every_layer_computes_the_same(layer: Layer, shape: Shape) -> None:
    assert written_difference(source_of([layer], shape)) < 1e-4


@pytest.mark.parametrize("kind", Activation.kinds.values())
def test_every_activation_computes_the_same(kind: type[Activation]) -> None:
    for shape in ((5,), (3, 2, 4)):
        assert written_difference(source_of([ActivationLayer(kind())], shape)) < 1e-5


@pytest.mark.parametrize("kind", Activation.kinds.values())
def test_no_activation_overflows(kind: type[Activation]) -> None:
    head, arguments = numpy_code._activate(operations.Activate(kind()), "")
    z = np.array([[1e4, -1e4, 1.5e38, -1.5e38, 0]], np.float32)
    found = eval(f"{head}(z, {', '.join(arguments)})", {**vars(numpy_functions), "z": z})
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(kind().forward(z)))
    assert np.isfinite(found[0, :2]).all()


@pytest.mark.parametrize("seed", range(30))
def test_random_networks_compute_the_same(seed: int, tmp_path: Path) -> None:
    assert difference(random_source(seed), tmp_path) < 1e-4


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_exported_and_proven_in_a_fresh_process(name: str, tmp_path: Path) -> None:
    done = export(template(name), tmp_path / "a.py", "numpy")
    assert done.told().startswith(f"NumPy program written to {tmp_path / 'a.py'}. Proven by numpy {np.__version__}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_it_predicts_a_table_as_the_engine_does(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "net.py", "numpy")
    session = Session(project)
    samples = session.dataset.x[:70]
    np.savez(tmp_path / "samples.npz", X=samples)
    np.savetxt(tmp_path / "samples.csv", samples.reshape(70, -1), delimiter=",")
    expected = session.network.predict(session.fitted.apply(samples))
    for given in ("samples.npz", "samples.csv"):
        done = run(tmp_path, "net.py", given, "-o", "answers.csv")
        assert (done.returncode, done.stderr) == (0, "")
        with (tmp_path / "answers.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["prediction"] for row in rows] == [session.classes[k] for k in expected.argmax(axis=1)]
        found = np.array([[float(row[name]) for name in session.classes] for row in rows])
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_it_needs_nothing_but_numpy(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "net.py", "numpy")
    text = (tmp_path / "net.py").read_text()
    imports = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    modules = {line.split()[1] for line in imports}
    assert modules - {"numpy"} <= set(sys.stdlib_module_names)


def test_a_file_that_is_not_there_is_told(project: Project, tmp_path: Path) -> None:
    export(project, tmp_path / "net.py", "numpy")
    done = run(tmp_path, "net.py", "none.csv")
    assert (done.returncode, done.stderr) == (1, "none.csv: there is no such file.\n")


def test_logits_become_probabilities_where_it_predicts(tmp_path: Path) -> None:
    loss = SoftmaxCategoricalCrossEntropy(from_logits=True)
    project = learned(project_of([Dense(2)], DataChoice(Spirals()), loss))
    export(project, tmp_path / "net.py", "numpy")
    module = program(tmp_path / "net.py")
    inputs = Source(project).samples.inputs
    outputs = module.predict(inputs)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(outputs, module.softmax(module.forward(inputs, module.weights())))


@pytest.mark.parametrize(
    ("last", "loss"),
    [(Sigmoid(), BinaryCrossEntropy()), (Noop(), BinaryCrossEntropy(from_logits=True))],
)
def test_of_one_output_half_is_where_the_answer_changes(
    last: Activation, loss: BinaryCrossEntropy, tmp_path: Path
) -> None:
    project = learned(project_of([Dense(1, activation=last)], DataChoice(Spirals()), loss))
    export(project, tmp_path / "net.py", "numpy")
    session = Session(project)
    samples = session.dataset.x[::10]
    np.savez(tmp_path / "samples.npz", X=samples)
    rows = list(csv.DictReader(run(tmp_path, "net.py", "samples.npz").stdout.splitlines()))
    outputs = session.network.predict(session.fitted.apply(samples))[:, 0]
    above = outputs > (0.5 if last == Sigmoid() else 0)
    assert [row["prediction"] for row in rows] == [session.classes[int(each)] for each in above]


def test_other_numbers_are_refused(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(numpy_code._ACTIVATIONS, type(project.design.layers[-1].layer.after), "np.tanh")
    with pytest.raises(ProofError, match=r"refused: numpy .* computes outputs that differ by up to"):
        export(project, tmp_path / "a.py", "numpy")
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails_is_refused_with_its_last_words(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(numpy_code._ACTIVATIONS, type(project.design.layers[-1].layer.after), "np.no_such_thing")
    with pytest.raises(ProofError, match=r"refused: .* failed: AttributeError: .*no_such_thing"):
        export(project, tmp_path / "a.py", "numpy")


def test_a_fresh_process_proves_a_random_network(tmp_path: Path) -> None:
    proof = proven(NumPy(), random_source(7), tmp_path)
    assert proof.difference is not None


def test_equal_networks_give_equal_bytes(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    assert NumPy().files(Source(project), path) == NumPy().files(Source(project), path)


def test_every_function_is_needed_by_something() -> None:
    text = "".join(numpy_code._needed("".join(f"{name}(" for name in vars(numpy_functions))))
    called = {name for name in vars(numpy_functions) if name.islower() and not name.startswith("_")}
    assert {name for name in called if f"def {name}(" in text} == called - {"np", "npt", "annotations"}
