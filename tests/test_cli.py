from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from slugstudio import __version__, cli
from slugstudio.commands import terminal_folds
from slugstudio.datasets import MNIST, Circles, Scale
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.events import BatchDone
from slugstudio.engine.layers import Dense, Dropout
from slugstudio.engine.loss import MeanSquaredError
from slugstudio.engine.metrics import F1, MAE
from slugstudio.engine.optimizers import SGD
from slugstudio.engine.penalties import L2
from slugstudio.engine.schedules import Warmup
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project, edits, load, save
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.session import Session
from slugstudio.project.templates import template

ROOT = str(Path(cli.__file__).parents[1])
KEYS = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


class Spoken:
    """Runs a command and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = ""
        self.err = ""

    def __call__(self, *arguments: str) -> int:
        code = cli.main(arguments)
        self.out, self.err = self._capsys.readouterr()
        return code

    def usage(self, *arguments: str) -> str:
        """Run a command that is written wrongly and return what it said."""
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2
        return self._capsys.readouterr().err

    def failure(self, *arguments: str) -> str:
        """Run a command that fails for a reason that the user can mend and return the one line about it."""
        assert self(*arguments) == 1
        assert self.out == ""
        assert self.err.startswith("slugstudio: ")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1
        return self.err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Spoken:
    return Spoken(capsys)


def small(**training: Any) -> Project:
    """Return a project that trains in milliseconds."""
    settings = TrainSettings(epochs=3, batch_size=10, optimizer=SGD(lr=0.1)).replace(**training)
    design = Design((), DataChoice(Circles(60), Scale()), settings)
    for layer in (Dense(6, activation=ReLU()), Dropout(0.2), Dense(2, activation=Softmax())):
        design, _ = edits.insert_layer(design, len(design.layers), layer)
    return Project(design)


@pytest.fixture
def project() -> Path:
    path = Path("p.slug")
    save(small(), path)
    return path


def records(text: str) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


# new


def test_new_makes_a_project_from_a_template(run: Spoken) -> None:
    assert run("new", "digits-cnn", "d.slug") == 0
    assert (run.out, run.err) == ("", "")
    assert load("d.slug") == template("digits-cnn")


def test_new_replaces_no_file_unless_told_to(run: Spoken, project: Path) -> None:
    assert "exists already; choose another name, or add --force" in run.failure("new", "spiral", "p.slug")
    assert load(project) == small()
    assert run("new", "spiral", "p.slug", "--force") == 0
    assert load(project) == template("spiral")


def test_new_wants_a_known_template_and_a_right_name(run: Spoken) -> None:
    assert "invalid choice: 'cats'" in run.usage("new", "cats", "c.slug")
    assert "expected a name that ends with .slug, received 'c.zip'" in run.usage("new", "spiral", "c.zip")
    assert not list(Path().iterdir())


# train


def test_training_in_a_pipe_says_only_the_result(run: Spoken, project: Path) -> None:
    assert run("train", "p.slug") == 0
    assert run.err == ""
    judged = Session(load(project)).evaluate()
    assert run.out == (
        f"p.slug: 3 of 3 epochs, validation loss {judged['loss']:.4f}, "
        f"validation accuracy {100 * judged['accuracy']:.1f} %\n"
    )


def test_json_is_one_object_an_epoch(run: Spoken, project: Path) -> None:
    assert run("train", "p.slug", "--json") == 0
    assert run.err == ""
    rows = records(run.out)
    assert [list(row) for row in rows] == [KEYS] * 3
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert [row["val_loss"] for row in rows] == [row.val_loss for row in load(project).history.epochs]


METRICS = {"loss": MeanSquaredError(), "metrics": (F1(), MAE())}


def test_json_and_result_tell_the_metrics_of_the_project(run: Spoken) -> None:
    save(small(**METRICS), "p.slug")
    run("train", "p.slug", "--json")
    rows, history = records(run.out), load("p.slug").history
    assert [list(row) for row in rows] == [[*KEYS, "f1", "val_f1", "mae", "val_mae"]] * 3
    assert [(row["f1"], row["val_mae"]) for row in rows] == [
        (row.metrics["f1"], row.val_metrics["mae"]) for row in history.epochs
    ]
    run("train", "p.slug", "--epochs", "1")
    judged = Session(load("p.slug")).evaluate()
    assert run.out.endswith(f", validation F1 {100 * judged['f1']:.1f} %, validation MAE {judged['mae']:.4f}\n")
    assert "accuracy" not in run.out


def test_without_validation_samples_the_metrics_of_validation_are_null(run: Spoken) -> None:
    design = small(**METRICS).design
    save(Project(edits.set_data(design, design.data.replace(validation_split=0))), "p.slug")
    run("train", "p.slug", "--epochs", "1", "--json")
    (row,) = records(run.out)
    assert row["mae"] > 0
    assert (row["val_f1"], row["val_mae"]) == (None, None)


def test_the_bar_shows_the_first_metric_of_the_project(run: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    for metrics, shown in ((MAE(), F1()), "· validation MAE 0."), ((), ""):
        save(small(loss=MeanSquaredError(), metrics=metrics), "p.slug")
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        run("train", "p.slug", "--restart")
        assert shown in terminal.getvalue()
        assert ("validation" in terminal.getvalue()) == bool(shown)


def test_folds_tell_the_metrics_of_the_project(run: Spoken) -> None:
    save(small(**METRICS), "p.slug")
    run("train", "p.slug", "--folds", "2", "--json")
    *each, mean = records(run.out)
    assert [list(fold)[-4:] for fold in each] == [["loss", "accuracy", "f1", "mae"]] * 2
    assert mean["mae"]["mean"] == pytest.approx(np.mean([fold["mae"] for fold in each]))
    run("train", "p.slug", "--folds", "2")
    *lines, last = run.out.splitlines()
    assert lines[0].endswith(f", F1 {100 * each[0]['f1']:.1f} %, MAE {each[0]['mae']:.4f}")
    assert last.endswith(f", MAE {mean['mae']['mean']:.4f} ± {mean['mae']['deviation']:.4f}")


class Pipe(io.StringIO):
    """Keeps how much had been written whenever it was flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue())


def test_each_line_of_json_leaves_at_once(run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe()
    monkeypatch.setattr(sys, "stdout", pipe)
    run("train", "p.slug", "--json")
    assert [text.count("\n") for text in pipe.flushed[:3]] == [1, 2, 3]


def without_seconds(text: str) -> list[dict[str, Any]]:
    return [{**row, "seconds": 0} for row in records(text)]


def test_the_same_start_and_seed_give_the_same_numbers(run: Spoken) -> None:
    said = []
    for name, seed in (("a.slug", "1"), ("b.slug", "1"), ("c.slug", "2")):
        save(small(), name)
        run("train", name, "--seed", seed, "--json")
        said.append(without_seconds(run.out))
    assert said[0] == said[1]
    assert said[0] != said[2]
    assert load("a.slug").design.training.seed == 1


def test_the_starter_trained_twice_with_one_seed_gives_the_same_numbers_and_weights(run: Spoken) -> None:
    said = []
    for name in ("a", "b"):
        run("new", "digits-cnn", f"{name}.slug")
        run("train", f"{name}.slug", "--seed", "1", "--epochs", "2", "--json")
        said.append(without_seconds(run.out))
        run("export", f"{name}.slug", f"{name}.npz")
    assert [row["epoch"] for row in said[0]] == [1, 2]
    assert said[0] == said[1]
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()


def test_epochs_are_so_many_more_and_the_total_grows(run: Spoken, project: Path) -> None:
    run("train", "p.slug", "--epochs", "1", "--json")
    assert [row["epoch"] for row in records(run.out)] == [1]
    assert load(project).design.training.epochs == 3
    run("train", "p.slug", "--epochs", "4", "--json")
    assert [row["epoch"] for row in records(run.out)] == [2, 3, 4, 5]
    assert load(project).design.training.epochs == 5
    assert load(project).epoch == 5


def test_training_in_pieces_gives_the_numbers_of_training_at_once(run: Spoken, project: Path) -> None:
    save(small(), "q.slug")
    run("train", "q.slug", "--json")
    whole = without_seconds(run.out)
    pieces = []
    for more in (["--epochs", "2"], []):
        run("train", "p.slug", "--json", *more)
        pieces += without_seconds(run.out)
    assert pieces == whole
    assert load("p.slug").trained == load("q.slug").trained


def test_a_finished_project_says_how_to_go_on(run: Spoken, project: Path) -> None:
    run("train", "p.slug")
    before = project.read_bytes()
    assert run("train", "p.slug", "--json") == 0
    assert run.out == ""
    assert run.err == "p.slug is trained for its 3 epochs; --epochs N trains N more, --restart begins anew.\n"
    assert project.read_bytes() == before


def test_a_seed_belongs_to_the_beginning(run: Spoken, project: Path) -> None:
    run("train", "p.slug", "--epochs", "1")
    before = project.read_bytes()
    assert "add --restart" in run.failure("train", "p.slug", "--seed", "1")
    assert project.read_bytes() == before
    assert run("train", "p.slug", "--seed", "1", "--restart", "--json") == 0
    restarted = without_seconds(run.out)
    save(small(), "q.slug")
    run("train", "q.slug", "--seed", "1", "--json")
    assert without_seconds(run.out) == restarted
    assert load("q.slug").history.losses.tobytes() == load("p.slug").history.losses.tobytes()


@pytest.mark.parametrize("arguments", [["--epochs", "0"], ["--epochs", "x"], ["--seed", "-1"], ["--seed", "1.5"]])
def test_numbers_that_cannot_be_are_refused(run: Spoken, project: Path, arguments: list[str]) -> None:
    assert "expected a whole number from" in run.usage("train", "p.slug", *arguments)


def test_without_validation_samples_the_result_says_so(run: Spoken) -> None:
    design = small().design
    save(Project(edits.set_data(design, design.data.replace(validation_split=0))), "p.slug")
    run("train", "p.slug", "--epochs", "1", "--json")
    (row,) = records(run.out)
    assert (row["val_loss"], row["val_accuracy"]) == (None, None)
    run("train", "p.slug")
    assert run.out == "p.slug: 3 of 3 epochs, no validation samples\n"


def test_a_training_that_diverges_is_saved_and_says_what_to_do(run: Spoken) -> None:
    save(small(optimizer=SGD(lr=1e30), epochs=20), "p.slug")
    said = run.failure("train", "p.slug")
    assert "lower the learning rate" in said
    assert "p.slug holds the weights from before, of epoch 0" in said
    assert load("p.slug").trained is not None


def test_a_training_that_diverges_later_goes_back_to_an_epoch_of_finite_weights(
    run: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slugstudio.project.good.GOOD_INTERVAL", 0)
    monkeypatch.setattr("slugstudio.project.good.GOOD_SHARE", 1e9)
    project = small(optimizer=SGD(lr=1.0, schedule=Warmup(100)), epochs=50)
    # From a rate of 0.2 on, each step makes the weights larger.
    held = edits.replace_layer(project.design, project.design.ids[-1], Dense(2, activation=Softmax(), penalty=L2(10)))
    save(Project(held), "p.slug")
    said = run.failure("train", "p.slug")
    project = load("p.slug")
    assert project.epoch > 3
    assert f"p.slug holds the weights from before, of epoch {project.epoch:,}" in said
    assert len(project.history.epochs) == project.epoch
    assert project.trained is not None
    assert project.trained.state.position == 0
    assert all(np.isfinite(weight).all() for weight in project.trained.weights.values())


def test_early_stopping_is_told_and_the_best_epoch_is_what_is_saved(run: Spoken) -> None:
    save(small(optimizer=SGD(lr=0.5), epochs=200, early_stopping=EarlyStopping(patience=2, min_delta=0.005)), "p.slug")
    run("train", "p.slug", "--json")
    rows = records(run.out)
    best, last = rows[-3], rows[-1]["epoch"]
    told = f"Stopped early after epoch {last}: epoch {best['epoch']} was the best, and its weights are back.\n"
    assert run.err == told
    session = Session(load("p.slug"))
    assert session.evaluate() == {"loss": best["val_loss"], "accuracy": best["val_accuracy"]}
    run("train", "p.slug")
    assert run.err.startswith("Stopped early after epoch")
    assert run.out.startswith(f"p.slug: {last + 2} of 200 epochs, validation loss {best['val_loss']:.4f}")


def test_training_for_some_epochs_more_is_no_end_that_puts_weights_back(run: Spoken) -> None:
    save(small(optimizer=SGD(lr=0.5), epochs=30, early_stopping=EarlyStopping(patience=20)), "p.slug")
    run("train", "p.slug", "--epochs", "20")
    assert run.err == ""
    run("train", "p.slug")
    pieces = load("p.slug")
    save(small(optimizer=SGD(lr=0.5), epochs=30, early_stopping=EarlyStopping(patience=20)), "q.slug")
    run("train", "q.slug")
    assert pieces.trained is not None
    assert load("q.slug").trained == pieces.trained


def test_folds_are_told_with_mean_and_deviation_and_nothing_is_saved(run: Spoken, project: Path) -> None:
    run("train", "p.slug", "--epochs", "1")
    before = project.read_bytes()
    run("train", "p.slug", "--folds", "4")
    *each, mean = run.out.splitlines()
    assert [line.partition(":")[0] for line in each] == [f"fold {number} of 4" for number in range(1, 5)]
    assert all("3 epochs, 15 samples left out, loss 0." in line for line in each)
    assert mean.startswith("mean of 4 folds: loss 0.")
    assert mean.count("±") == 2
    assert run.err == ""
    assert project.read_bytes() == before


def test_folds_as_json_are_the_numbers_of_the_text(run: Spoken, project: Path) -> None:
    run("train", "p.slug", "--folds", "3", "--epochs", "2", "--seed", "5", "--json")
    *each, mean = records(run.out)
    assert [fold["fold"] for fold in each] == [1, 2, 3]
    assert set(each[0]) == {"fold", "n_folds", "n_train", "n_judged", "epochs", "loss", "accuracy"}
    assert [(fold["n_train"], fold["n_judged"], fold["epochs"]) for fold in each] == [(40, 20, 2)] * 3
    losses = [fold["loss"] for fold in each]
    assert mean["loss"] == {"mean": pytest.approx(np.mean(losses)), "deviation": pytest.approx(np.std(losses, ddof=1))}
    assert (mean["n_folds"], set(mean)) == (3, {"n_folds", "loss", "accuracy"})
    run("train", "p.slug", "--folds", "3", "--epochs", "2", "--seed", "5")
    assert run.out.splitlines()[0].startswith(f"fold 1 of 3: 2 epochs, 20 samples left out, loss {losses[0]:.4f}")
    other = losses
    run("train", "p.slug", "--folds", "3", "--epochs", "2", "--json")
    assert [fold["loss"] for fold in records(run.out)[:-1]] != other


def test_folds_that_are_stopped_say_so(run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project.read_bytes()
    train = terminal_folds.cross_validate_design

    def interrupted(*arguments: Any) -> Any:
        for event in train(*arguments):
            yield event
            if isinstance(event, BatchDone) and event.step == 7:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(terminal_folds, "cross_validate_design", interrupted)
    assert "stopped in fold 1 of 3; the project is as it was" in run.failure("train", "p.slug", "--folds", "3")
    assert project.read_bytes() == before


def test_too_many_folds_or_one_are_refused(run: Spoken, project: Path) -> None:
    assert "expected a whole number from 2" in run.usage("train", "p.slug", "--folds", "1")
    assert "expected from 2 to 60 folds" in run.failure("train", "p.slug", "--folds", "61")


def test_a_design_that_cannot_work_is_told(run: Spoken) -> None:
    project = small()
    save(Project(edits.remove_layers(project.design, ["layer-3"])), "p.slug")
    assert "dropout_1: The last layer gives 6 values" in run.failure("train", "p.slug")


def test_data_are_fetched_before_training(run: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []
    monkeypatch.setenv("SLUGSTUDIO_DATA", "data")
    monkeypatch.setattr(MNIST, "fetch", lambda source: fetched.append(source))
    design = edits.set_data(template("digits-mlp").design, DataChoice(MNIST()))
    save(Project(design), "p.slug")
    assert "train-images" in run.failure("train", "p.slug")
    assert fetched == [MNIST()]


def test_a_place_that_cannot_be_written_to_is_told_before_training(
    run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(Session, "run", lambda *_: pytest.fail("it was trained"))
    assert "p.slug: cannot be saved: its folder is missing or read-only" in run.failure("train", "p.slug")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar(run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    run("train", "p.slug")
    assert "epoch 3 of 3 · loss" in terminal.getvalue()
    assert "validation accuracy" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_a_terminal_that_is_closed_stops_and_saves(project: Path) -> None:
    terminal, stderr = os.openpty()
    command = [sys.executable, "-m", "slugstudio", "train", "p.slug", "--epochs", "1000000"]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    with subprocess.Popen(command, stderr=stderr, env=environment) as training:
        os.close(stderr)
        told = b""
        while b"epoch" not in told:
            told += os.read(terminal, 1024)
        os.close(terminal)
        training.send_signal(signal.SIGHUP)
    assert load(project).trained is not None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_and_saves(
    run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    whole = Session(small())
    list(whole.run())
    train = Session.run

    def interrupted(session: Session, *arguments: Any) -> Any:
        for event in train(session, *arguments):
            yield event
            if isinstance(event, BatchDone) and event.step == 7:
                signal.raise_signal(number)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "run", interrupted)
        assert run("train", "p.slug", "--json") == 0
    assert run.err == "Stopped after 1 of 3 epochs and 7 steps; what was learned is saved in p.slug.\n"
    assert [row["epoch"] for row in records(run.out)] == [1]
    assert signal.getsignal(number) == before
    run("train", "p.slug", "--json")
    assert [row["epoch"] for row in records(run.out)] == [2, 3]
    assert load(project).trained == whole.capture().trained


def test_a_closed_terminal_does_not_stop_what_was_begun_with_nohup(
    run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = Session.run

    def hung_up(session: Session, *arguments: Any) -> Any:
        for event in train(session, *arguments):
            yield event
            signal.raise_signal(signal.SIGHUP)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr(Session, "run", hung_up)
        assert run("train", "p.slug", "--json") == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert [row["epoch"] for row in records(run.out)] == [1, 2, 3]


def test_an_interrupt_before_the_training_changes_nothing(
    run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = project.read_bytes()
    monkeypatch.setattr("slugstudio.commands.train.Session", interrupt)
    assert "interrupted; nothing was changed" in run.failure("train", "p.slug")
    assert project.read_bytes() == before


def test_folds_begin_anew_by_themselves(run: Spoken, project: Path) -> None:
    del project
    assert "leave --restart out" in run.failure("train", "p.slug", "--folds", "3", "--restart")


# export and info


@pytest.mark.parametrize("name", ["spiral", "digits-cnn"])
def test_export_holds_every_weight_with_the_shapes_that_info_tells(run: Spoken, name: str) -> None:
    run("new", name, "p.slug")
    run("train", "p.slug", "--epochs", "1")
    assert run("export", "p.slug", "w.npz") == 0
    assert run.out.startswith("NumPy weights written to w.npz. Proven by numpy")
    assert run.err == ""
    run("info", "p.slug", "--json")
    (record,) = records(run.out)
    told = {
        f"{layer['name']}/{name}": tuple(shape)
        for layer in record["layers"]
        for name, shape in layer["parameters"].items()
    }
    with np.load("w.npz") as arrays:
        assert {name: arrays[name].shape for name in arrays} == told


def test_export_of_an_untrained_project_says_so(run: Spoken, project: Path) -> None:
    assert run("export", "p.slug", "w.npz") == 0
    assert run.err == "The network is not trained yet: these are its first weights.\n"


def test_export_tells_programs_what_it_wrote(run: Spoken, project: Path) -> None:
    assert run("export", "p.slug", "w.safetensors", "--vectors", "--json") == 0
    (told,) = records(run.out)
    assert (told["path"], told["beside"], told["target"]) == ("w.safetensors", ["w.vectors.npz"], "safetensors")
    assert "safetensors" in told["proven_by"]
    assert told["notes"] == ["The network is not trained yet: these are its first weights."]
    assert Path("w.vectors.npz").is_file()


def test_export_knows_its_targets_by_name(run: Spoken, project: Path) -> None:
    assert "w.npz: safetensors expected a name" in run.failure("export", "p.slug", "w.npz", "--to", "safetensors")


def test_export_to_an_unknown_ending_is_told(run: Spoken, project: Path) -> None:
    told = run.failure("export", "p.slug", "w.h5")
    assert "w.h5: expected a name that ends with " in told
    assert ".npz or " in told


def test_info_tells_the_layers_and_the_state(run: Spoken, project: Path) -> None:
    assert run("info", "p.slug") == 0
    assert "dense_1    Dense" in run.out
    assert "Not trained yet" in run.out


@pytest.mark.parametrize("command", [["train"], ["info"], ["export", "w.npz"]])
def test_what_is_no_project_is_told(run: Spoken, command: list[str]) -> None:
    name, *rest = command
    assert "no.slug: cannot be opened: there is no such file" in run.failure(name, "no.slug", *rest)
    Path("no.slug").write_text("hello")
    assert "not a Slugstudio project" in run.failure(name, "no.slug", *rest)


# The window


def test_without_a_display_the_starter_is_trained_here(run: Spoken) -> None:
    assert run() == 0
    first, *_, last = run.out.splitlines()
    assert first.startswith("No display was found")
    assert last.startswith("digits-cnn.slug: 60 of 60 epochs")
    accuracy = float(last.rpartition("validation accuracy ")[2].removesuffix(" %"))
    assert accuracy >= 97
    assert load("digits-cnn.slug").epoch == 60
    with np.load("digits-cnn.npz") as arrays:
        assert "convolution_1/weight" in arrays


def test_the_starter_replaces_no_file(run: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "template", lambda name: small())
    Path("digits-cnn.slug").write_text("mine")
    Path("digits-cnn-2.npz").write_text("mine as well")
    assert run() == 0
    assert Path("digits-cnn.slug").read_text() == "mine"
    assert Path("digits-cnn-2.npz").read_text() == "mine as well"
    assert load("digits-cnn-3.slug").epoch == 3
    assert Path("digits-cnn-3.npz").exists()
    assert "Saved the project as digits-cnn-3.slug and its weights as digits-cnn-3.npz." in run.out


def test_without_a_display_a_file_is_not_opened_but_how_to_train_it_is_told(run: Spoken, project: Path) -> None:
    assert "No display was found; train it here in the terminal: slugstudio train p.slug" in run.failure("p.slug")


class Window(ModuleType):
    """Stands in for the window and keeps the projects that it was opened on."""

    def __init__(self) -> None:
        super().__init__("slugstudio.ui.app")
        self.opened: list[Path | None] = []
        self.safely: list[Path | None] = []

    def main(self, path: Path | None, *, safe: bool) -> int:
        (self.safely if safe else self.opened).append(path)
        return 0


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_with_a_display_the_window_opens(run: Spoken, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    window = Window()
    monkeypatch.setenv(name, "x")
    monkeypatch.setitem(sys.modules, "slugstudio.ui.app", window)
    Path("backup.slug~").write_text("")
    for arguments in ([], ["p.slug"], ["not there.slug"], ["backup.slug~"]):
        assert run(*arguments) == 0
    assert window.opened == [None, Path("p.slug"), Path("not there.slug"), Path("backup.slug~")]
    for arguments in (["--safe-mode"], ["--safe-mode", "p.slug"]):
        assert run(*arguments) == 0
    assert window.safely == [None, Path("p.slug")]


def test_other_systems_always_have_a_display(run: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "slugstudio.ui.app", window)
    assert run() == 0
    assert window.opened == [None]


def importing(name: str) -> Callable[..., object]:
    def fail(self: object, module: str, *_: object) -> None:
        if module == "slugstudio.ui.app":
            raise ImportError("libEGL.so.1: cannot open shared object file", name=name)

    return fail


@pytest.mark.parametrize(("name", "told"), [("PySide6.QtGui", True), ("slugstudio.ui.lost", False)])
def test_a_window_that_cannot_open_is_told_but_our_own_faults_are_not_hidden(
    run: Spoken, monkeypatch: pytest.MonkeyPatch, name: str, told: bool
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delitem(sys.modules, "slugstudio.ui.app", raising=False)
    finder = type("Finder", (), {"find_spec": importing(name)})()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    if told:
        assert "The window cannot be opened (libEGL.so.1: cannot open shared object file)" in run.failure()
    else:
        with pytest.raises(ImportError, match="libEGL"):
            run()


# What all commands share


@pytest.mark.parametrize(
    "arguments", [["fly"], ["trian", "p.slug"], ["--nonsense"], ["train"], ["info"], ["p.slug", "q.slug"], ["."], [""]]
)
def test_a_command_that_is_written_wrongly_gives_2(run: Spoken, project: Path, arguments: list[str]) -> None:
    assert "usage: slugstudio" in run.usage(*arguments)


@pytest.mark.parametrize("command", [[], ["new"], ["train"], ["export"], ["info"]])
def test_each_command_explains_itself_with_an_example(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([*command, "--help"])
    assert caught.value.code == 0
    assert f"\n  slugstudio {' '.join(command)}" in capsys.readouterr().out.partition("example")[2]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"Slugstudio {__version__}\n"


def test_what_the_system_refuses_is_told_in_words(run: Spoken, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "some file")

    monkeypatch.setattr("slugstudio.commands.info.load", refuse)
    assert run.failure("info", "p.slug") == "slugstudio: some file: permission is denied.\n"


def separately(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": ROOT, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, text=True, check=False, capture_output=True, **options
    )


def test_no_command_imports_qt(project: Path) -> None:
    script = (
        "import sys; from slugstudio.cli import main\n"
        "for line in sys.argv[1:]: assert main(line.split()) == 0\n"
        "qt = ('PySide6', 'pyqtgraph', 'shiboken6')\n"
        "print([name for name in sys.modules if name.partition('.')[0] in qt])"
    )
    commands = ["new spiral s.slug", "train p.slug --json", "export p.slug w.npz", "info s.slug"]
    done = separately("-c", script, *commands)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"


def test_it_runs_as_a_module() -> None:
    assert separately("-m", "slugstudio", "--version").stdout == f"Slugstudio {__version__}\n"
    assert separately("-m", "slugstudio.cli", "--version").stdout == f"Slugstudio {__version__}\n"


def closed_after(lines: int, *arguments: str) -> tuple[int, str]:
    """Run a command whose reader goes after some lines; return its exit code and what it said on stderr."""
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(
        [sys.executable, "-m", "slugstudio", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(lines):
            process.stdout.readline()
        process.stdout.close()
        return process.wait(), process.stderr.read()


def test_a_reader_that_goes_stops_the_training_and_nothing_is_lost() -> None:
    save(small(epochs=1_000_000), "p.slug")
    code, said = closed_after(2, "train", "p.slug", "--json")
    assert code == 0
    assert said.startswith("Stopped after ")
    assert said.count("\n") == 1
    assert load("p.slug").epoch >= 2


def test_a_reader_that_goes_at_once_is_no_fault(project: Path) -> None:
    assert closed_after(0, "info", "p.slug") == (0, "")


def test_a_terminal_that_lacks_a_sign_gets_another(project: Path) -> None:
    done = separately("-m", "slugstudio", "info", "p.slug", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 units ? ReLU" in done.stdout


def test_a_project_that_was_trained_elsewhere_says_so_and_goes_on(run: Spoken) -> None:
    run("new", "spiral", "s.slug")
    run("train", "s.slug", "--epochs", "1")
    assert "trained with" not in run.err
    project = load("s.slug")
    assert project.trained is not None
    project.trained.state.computed_by = "an abacus"
    save(project, "s.slug")
    assert run("train", "s.slug", "--epochs", "1") == 0
    assert "This was trained with an abacus; here it goes on with numpy" in run.err
    assert load("s.slug").epoch == 2
