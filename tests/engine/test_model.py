from __future__ import annotations

import io
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from slugstudio.engine import progress
from slugstudio.engine.activation import ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.layers import Dense, Dropout
from slugstudio.engine.loss import BinaryCrossEntropy, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import SGD, RMSProp
from slugstudio.engine.progress import ProgressBar

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
Y = np.eye(2)[(X[:, 0] > 0).astype(int)]


def make_model(**settings) -> Model:  # type: ignore[no-untyped-def]
    given = {"n_epoch": 15, "loss": SoftmaxCategoricalCrossEntropy(), "optimizer": RMSProp(lr=0.01), "progress": False}
    model = Model(**{**given, **settings})
    model.add_layer(Dense(8, inshape=4, activation=ReLU()))
    model.add_layer(Dropout(0.1))
    model.add_layer(Dense(2, activation=Softmax()))
    return model


def test_fit_returns_the_last_metrics_and_learns() -> None:
    metrics = make_model().fit(X, Y)
    assert metrics.keys() == {"train", "val"}
    assert metrics["train"].keys() == metrics["val"].keys() == {"loss", "accuracy"}
    assert metrics["val"]["accuracy"] > 0.8


def test_transform_gives_every_row_without_dropout() -> None:
    model = make_model()
    model.fit(X, Y)
    outputs = model.transform(X)
    assert outputs.shape == (120, 2)
    np.testing.assert_array_equal(outputs, model.transform(X))
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(outputs.argmax(1) == Y.argmax(1)) > 0.8


def test_same_seed_same_result() -> None:
    assert make_model().fit(X, Y) == make_model().fit(X, Y)
    assert make_model(seed=1).fit(X, Y) != make_model().fit(X, Y)


def test_fit_again_goes_on_from_the_weights() -> None:
    model = make_model(n_epoch=1)
    losses = [model.fit(X, Y)["train"]["loss"] for _ in range(4)]
    assert losses[-1] < losses[0]


def test_learning_rate_belongs_to_the_default_optimizer_only() -> None:
    assert Model(lr=0.3).settings.optimizer == SGD(lr=0.3)
    assert Model(lr=0.3, optimizer=SGD()).settings.optimizer == SGD(lr=0.001)
    assert Model().settings.optimizer == SGD(lr=0.1)
    assert Model().settings.epochs == 400000
    assert Model().settings.loss == BinaryCrossEntropy()


def test_layers_given_at_once_or_one_by_one() -> None:
    layers = [Dense(3, inshape=2, activation=Tanh()), Dense(1, activation=Sigmoid())]
    assert Model(layers=layers).layers == tuple(layers)
    assert layers == [Dense(3, inshape=2, activation=Tanh()), Dense(1, activation=Sigmoid())]
    assert Model().layers == ()


def test_compile_takes_the_shape_from_the_first_layer() -> None:
    network = make_model().compile()
    assert network.input_shape == (4,)
    with pytest.raises(ConfigError, match="give the first layer an inshape"):
        Model(layers=[Dense(2)]).compile()
    with pytest.raises(ConfigError, match="give the first layer an inshape"):
        Model().compile()
    assert Model(layers=[Dense(2)]).transform(np.zeros((3, 5))).shape == (3, 2)


def test_data_of_another_shape_begins_anew() -> None:
    model = Model(layers=[Dense(1, activation=Sigmoid())], n_epoch=1, progress=False)
    model.fit(X, Y[:, 0])
    model.fit(X[:, :3], Y[:, 0])
    assert model.transform(X[:, :3]).shape == (120, 1)


def test_few_samples_without_validation() -> None:
    model = Model(n_epoch=1, layers=[Dense(1, activation=Sigmoid())], progress=False)
    assert model.fit(X[:4], Y[:4, :1])["val"] == {}


def test_prints_the_metrics_asked_for_at_the_interval(capsys: pytest.CaptureFixture[str]) -> None:
    make_model(n_epoch=4, metrics=["accuracy"], progress=True, log_interval=2).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 2", "epoch 4"]
    assert "val accuracy" in lines[0]
    assert "loss" not in lines[0]
    make_model(n_epoch=1).fit(X, Y)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Model(metrics=["auc"]), "expected a list of some of loss, accuracy, received \\['auc'\\]"),
        (lambda: Model(metrics="loss"), "expected a list of some of"),
        (lambda: Model(metrics=3), "expected a list of some of"),
        (lambda: Model(validation_split=1.0), "validation_split: expected a number from 0 and below 1"),
        (lambda: Model(validation_split="a"), "validation_split"),
        (lambda: Model(log_interval=0), "log_interval"),
        (lambda: Model(log_interval=1.5), "log_interval"),
        (lambda: Model(batch_size=0), "batch_size"),
        (lambda: Model(optimizer="sgd"), "an optimizer such as"),
        (lambda: Model(layers=[ReLU()]), r"layers such as Dense\(10\), received ReLU"),
        (lambda: Model(layers=3), "received 3"),
        (lambda: Model().add_layer(Dense), "received the class Dense itself"),
    ],
)
def test_bad_arguments_are_told(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match=said):
        make()


LABELS = Y.argmax(axis=1)


@pytest.mark.parametrize("y", [LABELS, LABELS.tolist(), LABELS > 0, LABELS.astype(float), Y.astype(int)])
def test_labels_of_any_form_teach_the_same(y: np.ndarray) -> None:
    assert make_model(n_epoch=2).fit(X.tolist(), y) == make_model(n_epoch=2).fit(X, Y)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (X[:, 0], Y, r"samples of shape \(n, ...\), received \(120,\)"),
        (X, Y[:-1], "one target a sample"),
        (X, 1, "one target a sample"),
        (X[:0], Y[:0], "at least one training sample"),
        (X.astype(str), Y, "samples as an array of numbers"),
        ([[1, 2], [3]], [0, 1], "samples as an array of numbers"),
        (X * 1j, Y, "values of the type complex128"),
        (X, np.where(LABELS, "yes", "no"), "targets as an array of numbers"),
        (X, LABELS - 1, "received -1 to 0"),
        (X, LABELS + 0.5, "received 0.5"),
        (X, LABELS * 2, "received 0 to 2; give the last layer as many units as there are classes"),
        (X, X[:, :3], r"received \(96, 3\)"),
        (X, X[:, :2], "expected targets from 0"),
        (X * 1e300, Y, "too large a number in sample"),
    ],
)
def test_samples_and_targets_that_cannot_be_used(x: object, y: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        make_model().fit(x, y)  # type: ignore[arg-type]


def test_transform_tells_of_what_it_cannot_use() -> None:
    model = make_model()
    with pytest.raises(DataError, match="give each sample a row"):
        model.transform(X[0])
    model.fit(X, Y)
    with pytest.raises(DataError, match=r"expected samples of shape \(n, 4\), received \(120, 2\)"):
        model.transform(X[:, :2])


def test_models_share_nothing_that_changes() -> None:
    first, second = (Model(layers=[Dense(2, activation=Softmax())], n_epoch=1, progress=False) for _ in range(2))
    first.fit(X, Y)
    before = first.transform(X)
    second.fit(-X, Y)
    np.testing.assert_array_equal(first.transform(X), before)
    with pytest.raises(FrozenInstanceError):
        first.settings.optimizer.lr = 3.0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        first.layers[0].activation = ReLU()  # type: ignore[attr-defined]


def test_divergence_is_an_error() -> None:
    with pytest.raises(DataError, match="lower the learning rate"):
        make_model(optimizer=SGD(lr=1e38)).fit(X, Y)


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


def test_progress_bar_draws_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.01, 0.5, 0.51])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    terminal, pipe = Terminal(), io.StringIO()
    bar = ProgressBar(terminal)
    bar.clear()
    assert terminal.getvalue() == ""
    bar.update(0.5, "a long text")
    bar.update(0.6, "too soon")
    bar.update(0.75, "short")
    bar.update(1.0, "the end is always drawn")
    bar.clear()
    drawn = terminal.getvalue().split("\r")
    assert [d.strip() for d in drawn] == [
        "",
        f"[{'█' * 12}{'·' * 12}] a long text",
        f"[{'█' * 18}{'·' * 6}] short",
        f"[{'█' * 24}] the end is always drawn",
        "",
        "",
    ]
    assert len(drawn[2]) == len(drawn[1])  # the rest of the longer line is wiped
    monkeypatch.setattr(progress.time, "monotonic", lambda: 9.0)
    quiet = ProgressBar(pipe)
    quiet.update(0.5, "text")
    quiet.clear()
    assert pipe.getvalue() == ""
