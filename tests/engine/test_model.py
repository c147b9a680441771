from __future__ import annotations

import copy
import doctest
import io
import os
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.engine import model as model_module
from slugstudio.engine import progress, streams
from slugstudio.engine.activation import ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.augmentation import Noise
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.events import BatchDone, Diverged, EpochDone, Event, Finished
from slugstudio.engine.layers import BatchNormalization, Dense, Dropout, Layer, Reshape
from slugstudio.engine.loss import BinaryCrossEntropy, Hinge, Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.metrics import F1, TopKAccuracy
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


def test_early_stopping_ends_it_at_the_best_epoch_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = np.where(RNG.random((120, 1)) < 0.3, 1 - Y, Y)
    model = make_model(n_epoch=500, early_stopping=EarlyStopping(patience=3), progress=True, log_interval=1000)
    losses = []
    result = model.fit(
        X, wrong, callbacks=lambda event: losses.append(event.val_loss) if isinstance(event, EpochDone) else None
    )
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 3 < 500
    said = f"Stopped early after epoch {len(losses)}: epoch {best} was the best, and its weights are back.\n"
    assert capsys.readouterr().out == said
    rows = streams.split(0).permutation(120)[:24]
    assert model.evaluate(X[rows], wrong[rows])["loss"] == losses[best - 1] == result["val"]["loss"]


def test_numbers_are_learned_judged_and_predicted_as_numbers() -> None:
    x = RNG.normal(size=(200, 3))
    y = x @ np.array([[1.0, -1.0], [2.0, 0.0], [3.0, 1.0]])
    for targets in (y[:, 0], y):
        n = 1 if targets.ndim == 1 else 2
        model = Model(0.05, 60, loss=MeanSquaredError(), layers=[Dense(n)], progress=False)
        result = model.fit(x, targets)
        assert list(result["val"]) == ["loss", "mae", "r2"] == list(model.evaluate(x, targets))
        assert result["val"]["r2"] > 0.99
        predicted = model.predict(x)
        assert predicted.shape == targets.shape
        np.testing.assert_allclose(predicted, targets, atol=0.3)


def test_samples_change_in_training_alone() -> None:
    plain, noisy = make_model(), make_model(augmentation=[Noise(0.5)])
    for model in (plain, noisy):
        model.fit(X, Y)
    assert noisy.settings.augmentation == (Noise(0.5),)
    assert not np.array_equal(noisy.transform(X), plain.transform(X))
    np.testing.assert_array_equal(noisy.transform(X), noisy.transform(X))


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


def test_metrics_are_chosen_by_name_or_with_their_settings(capsys: pytest.CaptureFixture[str]) -> None:
    model = make_model(n_epoch=2, metrics=["loss", "f1", TopKAccuracy(1)], progress=True, log_interval=2)
    told = model.fit(X, Y)
    assert list(told["train"]) == list(told["val"]) == ["loss", "f1", "top_1_accuracy"]
    assert model.metrics == ("loss", "f1", "top_1_accuracy")
    line = capsys.readouterr().out
    assert f"train f1 {told['train']['f1']:.4f}, train top_1_accuracy" in line
    assert list(model.evaluate(X, Y)) == ["loss", "f1", "top_1_accuracy"]


def test_a_metric_of_numbers_needs_a_loss_that_learns_them() -> None:
    with pytest.raises(ConfigError, match="RMSE judges numbers"):
        Model(metrics=["rmse"])
    model = make_model(loss=MeanSquaredError(), metrics=["rmse"])
    assert list(model.fit(X, Y)["val"]) == ["loss", "rmse"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Model(metrics=[["loss"]]), "expected a list of some of loss, accuracy"),
        (
            lambda: Model(metrics=["auc"]),
            "expected a list of some of loss, accuracy, .* such as TopKAccuracy\\(3\\), received .auc.",
        ),
        (lambda: Model(metrics="loss"), "expected a list of some of"),
        (lambda: Model(metrics=["loss", F1]), r"received the class F1 itself \(write F1\(\)\)"),
        (lambda: Model(metrics=F1()), r"received F1\(\) alone; put it into a list"),
        (lambda: Model(metrics=3), "expected a list of some of"),
        (lambda: Model(validation_split=1.0), "validation_split: expected a number from 0 and below 1"),
        (lambda: Model(validation_split="a"), "validation_split"),
        (lambda: Model(log_interval=0), "log_interval"),
        (lambda: Model(log_interval=1.5), "log_interval"),
        (lambda: Model(batch_size=0), "batch_size"),
        (lambda: Model(optimizer="sgd"), "an optimizer such as"),
        (lambda: Model(early_stopping=3), "a stopping such as EarlyStopping"),
        (lambda: Model(augmentation=[Noise(), 3]), "a tuple of augmentations such as .*, received 3"),
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
        (X, LABELS * 2, "received 0 to 2; let labels begin at 0, and give the last layer as many units"),
        (X, X[:, :3], r"received \(96, 3\)"),
        (X, X[:, :2], "expected targets from 0"),
        (X * 1e300, Y, "too large a number in sample"),
        (np.where(np.arange(len(X))[:, None] == 17, np.nan, X), Y, "NaN, infinity or too large a number in sample 17;"),
        (X, np.where(np.arange(len(X)) == 17, np.nan, LABELS), "finite targets.* in sample 17;"),
        (X, LABELS[:, None], r"for labels of classes, give y.ravel\(\)"),
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


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_learning_by_itself(duplicate: Callable[[Model], Model]) -> None:
    model = make_model(n_epoch=2)
    model.fit(X, Y, callbacks=after_two_epochs)
    twin, before = duplicate(model), model.transform(X)
    told = twin.fit(X, Y)
    np.testing.assert_array_equal(model.transform(X), before)
    assert not np.array_equal(twin.transform(X), before)
    assert model.fit(X, Y) == told


def test_divergence_is_an_error() -> None:
    with pytest.raises(DataError, match="lower the learning rate"):
        make_model(optimizer=SGD(lr=1e38)).fit(X, Y)


def test_evaluate_tells_what_fit_told_of_its_validation() -> None:
    model = make_model(validation_split=0.5)
    told = model.fit(X, Y)["val"]
    seen = set(map(tuple, model._split(X, Y).x_val))
    rows = [row for row, x in enumerate(X) if tuple(x) in seen]
    assert model.evaluate(X[rows], LABELS[rows]) == pytest.approx(told, rel=1e-5)
    assert model.evaluate(X, Y)["accuracy"] == np.mean(model.predict(X) == LABELS)
    with pytest.raises(DataError, match="one target a sample"):
        model.evaluate(X, Y[:-1])
    with pytest.raises(DataError, match="at least one sample to judge by"):
        model.evaluate(X[:0], Y[:0])


def test_evaluate_and_predict_before_fit_use_the_first_weights() -> None:
    model = make_model()
    assert model.evaluate(X, Y)["accuracy"] == np.mean(make_model().predict(X) == LABELS)


@pytest.mark.parametrize(
    ("loss", "outputs", "labels"),
    [
        (SoftmaxCategoricalCrossEntropy(), [[0.2, 0.5, 0.3], [0.9, 0.1, 0.0]], [1, 0]),
        (BinaryCrossEntropy(), [[0.5], [0.49]], [1, 0]),
        (BinaryCrossEntropy(from_logits=True), [[0.1], [-0.1]], [1, 0]),
        (Hinge(), [[0.1], [-0.1]], [1, 0]),
    ],
)
def test_predict_takes_the_largest_or_the_losss_threshold(
    loss: Loss, outputs: list[list[float]], labels: list[int]
) -> None:
    width = len(outputs[0])
    model = Model(layers=[Dense(width, inshape=width)], loss=loss)
    model.compile().parameters["dense_1/weight"][...] = np.eye(width)
    predicted = model.predict(outputs)
    assert predicted.dtype == np.int64
    assert predicted.tolist() == labels


def test_predict_and_evaluate_tell_of_what_they_cannot_use() -> None:
    model = make_model()
    with pytest.raises(DataError, match="received NaN for sample 1"):
        model.predict([[0, 0, 0, 0], [0, np.nan, 0, 0]])
    images = Model(layers=[Dense(4, inshape=4), Reshape((1, 2, 2))])
    for ask in (images.predict, lambda x: images.evaluate(x, Y)):
        with pytest.raises(DataError, match=r"ends with a vector, received the output shape \(1, 2, 2\)"):
            ask(X)


def test_callbacks_are_told_every_event_in_order() -> None:
    first: list[Event] = []
    second: list[Event] = []
    assert make_model(n_epoch=2).fit(X, Y, callbacks=[first.append, second.append]) == make_model(n_epoch=2).fit(X, Y)
    assert first == second
    assert [type(event) for event in first] == [*([BatchDone] * 3 + [EpochDone]) * 2, Finished]
    one: list[Event] = []
    make_model(n_epoch=1).fit(X, Y, callbacks=one.append)
    assert len(one) == 5


def after_two_epochs(event: Event) -> object:
    return isinstance(event, EpochDone) and event.epoch == 2


@pytest.mark.parametrize("by_control", [False, True])
def test_a_callback_stops_by_its_answer_or_by_the_controls(by_control: bool) -> None:
    model, events = make_model(), list[Event]()

    def order(event: Event) -> None:
        if after_two_epochs(event):
            model.controls.stop()

    result = model.fit(X, Y, callbacks=[order if by_control else after_two_epochs, events.append])
    assert events[-1] == Finished(step=6, epoch=2, reason="stopped")
    assert result == make_model(n_epoch=2).fit(X, Y)
    assert model.fit(X, Y)["val"]  # a stop is over with the fit that it stopped


def test_a_stop_before_the_first_epochs_end_has_no_metrics() -> None:
    model = make_model()
    assert model.fit(X, Y, callbacks=lambda event: True) == {"train": {}, "val": {}}
    assert not np.array_equal(model.transform(X), make_model().transform(X))  # one step was taken


def test_callbacks_hear_of_divergence_before_the_error() -> None:
    events: list[Event] = []
    with pytest.raises(DataError, match="lower the learning rate"):
        make_model(optimizer=SGD(lr=1e38)).fit(X, Y, callbacks=events.append)
    assert isinstance(events[-1], Diverged)


@pytest.mark.parametrize("callbacks", [3, [3], [print, None]])
def test_callbacks_that_cannot_be_called_are_told(callbacks: object) -> None:
    with pytest.raises(ConfigError, match=r"callbacks: expected a callable or a list of them, received"):
        make_model().fit(X, Y, callbacks=callbacks)  # type: ignore[arg-type]


NORMALIZED: list[Layer] = [Dense(3, inshape=4), BatchNormalization(), Dense(2, activation=Softmax())]


def make_normalized(seed: int = 0) -> Model:
    return Model(layers=NORMALIZED, n_epoch=2, loss=SoftmaxCategoricalCrossEntropy(), progress=False, seed=seed)


def test_what_was_saved_is_loaded_with_running_statistics(tmp_path: Path) -> None:
    model, other = make_normalized(), make_normalized(seed=1)
    model.fit(X, Y)
    model.save(tmp_path / "w.npz")
    other.load(str(tmp_path / "w.npz"))
    np.testing.assert_array_equal(other.transform(X), model.transform(X))
    with np.load(tmp_path / "w.npz") as arrays:
        assert set(arrays) == {
            "dense_1/weight",
            "dense_1/bias",
            "dense_2/weight",
            "dense_2/bias",
            *(f"batch_normalization_1/{name}" for name in ("weight", "bias", "running_mean", "running_variance")),
        }


def test_weights_of_numpy_itself_are_loaded_too(tmp_path: Path) -> None:
    model = make_normalized()
    network = model.compile()
    doubled = {name: 2.0 * array.astype(np.float64) for name, array in (network.parameters | network.buffers).items()}
    np.savez_compressed(tmp_path / "w.npz", **doubled)
    model.load(tmp_path / "w.npz")
    for name, array in (network.parameters | network.buffers).items():
        np.testing.assert_array_equal(array, doubled[name].astype(np.float32))


def rename(arrays: dict[str, np.ndarray]) -> None:
    arrays["dense_9/bias"] = arrays.pop("dense_2/bias")


def add(arrays: dict[str, np.ndarray]) -> None:
    arrays["dense_9/bias"] = arrays["dense_2/bias"]


def reshape(arrays: dict[str, np.ndarray]) -> None:
    arrays["dense_2/bias"] = np.zeros((1, 2), np.float32)


def write(arrays: dict[str, np.ndarray]) -> None:
    arrays["dense_2/bias"] = np.array(["a", "b"])


def pickled(arrays: dict[str, np.ndarray]) -> None:
    arrays["dense_2/bias"] = np.array([print, None])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rename, "w.npz: expected dense_2/bias, which is not in it; build the same layers"),
        (add, "w.npz: received dense_9/bias, which the network has not; build"),
        (reshape, r"expected dense_2/bias as decimal numbers of shape \(2,\), received float32 of shape \(1, 2\)"),
        (write, "expected dense_2/bias as decimal numbers of shape .*, received <U1"),
        (pickled, "damaged, or no file of weights"),
    ],
)
def test_weights_of_another_network_are_refused_whole(
    tmp_path: Path, change: Callable[[dict[str, np.ndarray]], None], said: str
) -> None:
    model = make_normalized()
    network = model.compile()
    arrays = {name: array + 1 for name, array in (network.parameters | network.buffers).items()}
    change(arrays)
    np.savez(tmp_path / "w.npz", **arrays)
    before = network.kept.copy()
    with pytest.raises(DataError, match=said):
        model.load(tmp_path / "w.npz")
    np.testing.assert_array_equal(network.kept, before)


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_normalized()
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            model.load(path)
    with pytest.raises(DataError, match="cannot be written"):
        model.save(tmp_path / "no folder" / "w.npz")
    with pytest.raises(ConfigError, match="give the first layer an inshape"):
        Model(layers=[Dense(2)]).save(tmp_path / "w.npz")
    model.save(tmp_path / "w.npz")
    before = (tmp_path / "w.npz").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    model.fit(X, Y)
    with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
        model.save(tmp_path / "w.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]
    assert (tmp_path / "w.npz").read_bytes() == before


@given(st.data())
def test_a_damaged_file_loads_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    model = make_normalized()
    network = model.compile()
    saved = network.kept.copy()
    model.save(path)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    network.kept[:] = 7
    try:
        model.load(path)
    except DataError:
        saved[:] = 7
    np.testing.assert_array_equal(network.kept, saved)


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


def test_the_example_in_the_documentation_holds() -> None:
    results = doctest.testmod(model_module)
    assert results.attempted == 9
    assert results.failed == 0
