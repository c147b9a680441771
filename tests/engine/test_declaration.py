from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Literal

import numpy as np
import pytest

from slugstudio.engine.activation import Activation, Noop, ReLU
from slugstudio.engine.declaration import (
    DEEPEST,
    Declared,
    Help,
    Range,
    as_pair,
    expectation,
    field,
    fields,
    without_hints,
)
from slugstudio.engine.errors import ConfigError, RecordError
from slugstudio.engine.layers import Convolution, Dense, Dropout, Layer, Residual
from slugstudio.engine.optimizers import SGD, Adam, Optimizer
from slugstudio.engine.records import from_record, to_record
from slugstudio.engine.schedules import Warmup
from slugstudio.engine.train import TrainSettings


@dataclass(frozen=True)
class Sample(Declared, family=True):
    """A declaration with a field of each form."""


@dataclass(frozen=True)
class Mixed(Sample):
    """Holds a bool and a choice.

    More text.
    """

    on: Annotated[bool, Help("A switch.")] = True
    mode: Literal["fast", "slow"] = "fast"
    sizes: int | tuple[int, ...] | None = None


def test_pair_becomes_a_tuple_and_numpy_numbers_become_python_ones() -> None:
    layer = Convolution(np.int64(4), 3)  # type: ignore[arg-type]
    assert layer.kernel_size == (3, 3)
    assert type(layer.nb_kernel) is int
    assert as_pair(layer.kernel_size) == (3, 3)
    assert as_pair(5) == (5, 5)


@pytest.mark.parametrize(
    ("make", "named", "said"),
    [
        (lambda: Dense(0), "outshape", "from 1 to 1000000, received 0"),
        (lambda: Dense("12"), "outshape", "a whole number"),
        (lambda: Dense(True), "outshape", "received True"),
        (lambda: Dense(1.5), "outshape", "received 1.5"),
        (lambda: Dense(3, activation=ReLU), "activation", "the class ReLU itself (write ReLU())"),
        (lambda: Dense(3, activation=None), "activation", "an activation such as Noop()"),
        (lambda: Dense(3, activation="leaky_relu"), "activation", "received 'leaky_relu' (write LeakyReLU())"),
        (lambda: Dense(3, activation="nothing"), "activation", "received 'nothing'."),
        (lambda: TrainSettings(loss="mse"), "loss", "received 'mse' (write MeanSquaredError())"),
        (lambda: TrainSettings(augmentation=["shift"]), "augmentation", "received 'shift' (write Shift())"),
        (lambda: Dropout(1.0), "p", "a number from 0 and below 1, received 1.0"),
        (lambda: Dropout(math.nan), "p", "received nan"),
        (lambda: Dropout("0.5"), "p", "received '0.5'"),
        (lambda: Convolution(1, (0, 3)), "kernel_size", "one or two whole numbers"),
        (lambda: Convolution(1, (3, 3, 3)), "kernel_size", "received (3, 3, 3)"),
        (lambda: Convolution(1, "33"), "kernel_size", "received '33'"),
        (lambda: Dense(3, inshape=()), "inshape", "a size of 1 or more"),
        (lambda: Dense(3, inshape=0), "inshape", "received 0"),
        (lambda: Dense(3, inshape=(None, 0)), "inshape", "received (None, 0)"),
        (lambda: Mixed(on=1), "on", "True or False"),
        (lambda: Mixed(mode="medium"), "mode", "one of fast, slow"),
        (lambda: Convolution(1, 3, padding="full"), "padding", "one of valid, same or one or two whole numbers from 0"),
        (
            lambda: Convolution(1, 3, padding=(1, -1)),
            "padding",
            "one of valid, same or one or two whole numbers from 0",
        ),
        (lambda: SGD(lr=0), "lr", "a number above 0, received 0"),
        (lambda: Dense("x" * 99), "outshape", "..."),
        (
            lambda: Residual(()),
            "layers",
            "a tuple of layers such as ActivationLayer(), from 1 to 64 of them, received 0 of",
        ),
        (lambda: Residual([Dense(1)] * 65), "layers", "received 65 of them"),
        (lambda: Residual((Dense(1), Dense)), "layers", "received the class Dense itself"),
        (lambda: Residual((Dense(1), ReLU())), "layers", "received ReLU()"),
        (lambda: Residual("layers"), "layers", "received 'layers'"),
        (lambda: Residual(Dense(1)), "layers", "received Dense("),
    ],
)
def test_bad_value_names_owner_field_expectation_and_received(make, named, said) -> None:
    with pytest.raises(ConfigError) as caught:
        make()
    assert caught.value.field == named
    assert said in caught.value.reason
    assert str(caught.value) == f"{caught.value.owner}.{named}: {caught.value.reason}"


def test_leading_none_of_a_shape_is_dropped() -> None:
    assert Convolution(1, 3, inshape=(None, 1, 28, 28)).given_shape == (1, 28, 28)
    assert Dense(1, inshape=(784,)).given_shape == (784,)
    assert Dense(1, inshape=784).given_shape == (784,)
    assert Dense(1).given_shape is None
    assert Mixed(sizes=(2, 3)).sizes == (2, 3)


def test_declarations_do_not_change_and_are_equal_by_value() -> None:
    layer = Dense(10)
    with pytest.raises(FrozenInstanceError):
        layer.outshape = 3  # type: ignore[misc]
    assert layer.replace(outshape=11) == Dense(11)
    assert layer == Dense(10)
    assert hash(layer) == hash(Dense(10))
    with pytest.raises(ConfigError, match=r"Dense\.outshape"):
        layer.replace(outshape=-1)


def test_fields_describe_what_a_form_needs() -> None:
    described = {f.name: f for f in fields(Convolution)}
    assert list(described)[:6] == ["nb_kernel", "kernel_size", "stride", "inshape", "init", "activation"]
    assert [f.form for f in described.values()][:6] == ["int", "pair", "pair", "shape", "declared", "declared"]
    assert described["nb_kernel"].required
    assert described["stride"].default == 1
    assert described["inshape"].hint
    assert described["activation"].optional
    assert described["activation"].family is Activation
    assert described["kernel_size"].unit == "px"
    assert field(Dropout, "p").label == "Dropout rate p"
    assert described["padding"].form == "choice_or_pair"
    assert (field(Residual, "layers").form, field(Residual, "layers").family) == ("stack", Layer)
    assert described["padding"].choices == ("valid", "same")
    assert field(Mixed, "mode").choices == ("fast", "slow")
    assert field(Mixed, "on").label == "On"


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Range(1, 9), "from 1 to 9"),
        (Range(0, 1, low_open=True), "above 0 and to 1"),
        (Range(0.5), "from 0.5"),
        (Range(high=2), "at most 2"),
        (Range(high=2, high_open=True), "below 2"),
        (Range(), "of any size"),
    ],
)
def test_range_in_words(interval: Range, words: str) -> None:
    assert str(interval) == words
    assert expectation(field(Dropout, "p")).startswith("a number")


@pytest.mark.parametrize(
    "declared",
    [
        Convolution(3, (2, 5), stride=2, activation=Noop()),
        Convolution(3, 2),
        Dense(4, activation=ReLU()),
        Residual((Convolution(2, 3), Residual((Dense(4, activation=ReLU()),), projection=True)), Noop()),
        SGD(lr=0.5, lr_max=math.inf),
        Mixed(on=False, mode="slow"),
    ],
)
def test_record_round_trip(declared: Declared) -> None:
    family = next(f for f in (Layer, Optimizer, Sample) if isinstance(declared, f))
    assert from_record(family, to_record(declared)) == declared


def test_record_leaves_hints_out_and_has_no_infinity() -> None:
    assert "inshape" not in to_record(Dense(3, inshape=4))["params"]
    assert to_record(SGD())["params"]["lr_max"] == "inf"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("Dense", "kind, version and params"),
        ({"kind": "Dense", "version": 1}, "kind, version and params"),
        ({"kind": "os.system", "version": 1, "params": {}}, "not known here"),
        ({"kind": "Dense", "version": 99, "params": {"outshape": 1}}, "newer Slugstudio"),
        ({"kind": "Dense", "version": 1, "params": {"outshape": 1, "units": 3}}, "no parameter 'units'"),
        ({"kind": "Dense", "version": 1, "params": {"inshape": 3}}, "no parameter 'inshape'"),
        ({"kind": "Dense", "version": 1, "params": {}}, "needs the parameter 'outshape'"),
        ({"kind": "Residual", "version": 1, "params": {"layers": ["Dense"]}}, "kind, version and params"),
        ({"kind": "Residual", "version": 1, "params": {"layers": [to_record(SGD())]}}, "Layer 'SGD' is not known here"),
    ],
)
def test_bad_record_is_refused(record: object, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        from_record(Layer, record)


def test_labels_and_summaries_come_from_the_class() -> None:
    assert Layer.kinds["MaxPooling"].label == "Max pooling"
    assert Activation.kinds["ReLU"].label == "ReLU"
    assert Noop.label == "None (linear)"
    assert Mixed.summary() == "Holds a bool and a choice."
    assert set(Sample.kinds) == {"Mixed"}


def test_a_stack_is_a_tuple_whatever_it_was_given_as() -> None:
    assert Residual([Dense(3)]).layers == (Dense(3),)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"Residual\.layers: expected a tuple .* received \{"):
        from_record(Layer, {"kind": "Residual", "version": 1, "params": {"layers": {"0": to_record(Dense(3))}}})


def nested(depth: int) -> Layer:
    layer: Layer = Dense(3)  # which holds two declarations itself
    for _ in range(depth - 2):
        layer = Residual((layer,))
    return layer


def test_declarations_lie_in_one_another_as_deep_as_records_can_be_read() -> None:
    deepest = nested(DEEPEST)
    assert from_record(Layer, to_record(deepest)) == deepest
    with pytest.raises(ConfigError, match="at most 12 things inside one another; nest less"):
        nested(DEEPEST + 1)
    record = to_record(deepest)
    for _ in range(2000):
        record = {"kind": "Residual", "version": 1, "params": {"layers": [record]}}
    with pytest.raises(RecordError, match="at most 12 records inside one another"):
        from_record(Layer, record)


def test_a_schedule_that_holds_schedules_is_bounded_too() -> None:
    record = to_record(Adam(schedule=Warmup()))
    for _ in range(2000):
        record["params"]["schedule"] = {
            "kind": "Warmup",
            "version": 1,
            "params": {"then": record["params"]["schedule"]},
        }
    with pytest.raises(RecordError, match="at most 12 records inside one another"):
        from_record(Optimizer, record)


def test_hints_are_left_out_at_any_depth() -> None:
    hinted = Residual((Dense(4, inshape=3), Residual((Dense(3, inshape=4),))))
    assert without_hints(hinted) == Residual((Dense(4), Residual((Dense(3),))))
    assert without_hints(Dense(4, inshape=3)) == Dense(4)
    plain = Residual((Dense(4),))
    assert without_hints(plain) is plain
