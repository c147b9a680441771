"""Declarations: one frozen dataclass says everything about a layer, a loss, a data set...

A declaration's fields carry their own range, label and help, as in ``Annotated[int, Range(1, 4096), Help("...")]``.
From them follow validation and its messages, the property form, and the stored record (`slugstudio.engine.records`). A
declaration holds no arrays and never changes, so it is shared freely, and a default one is safe as a default argument.
"""

from __future__ import annotations

import dataclasses
import math
import numbers
import re
import types
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy.typing as npt

from slugstudio.engine.errors import ConfigError
from slugstudio.engine.words import meant, received

D = TypeVar("D", bound="Declared")

Array = npt.NDArray[Any]

Shape = tuple[int, ...]
"""A shape without its batch axis, such as ``(channels, height, width)``."""

FieldForm = Literal["int", "float", "bool", "choice", "pair", "choice_or_pair", "shape", "declared", "stack"]
_SCALARS: dict[Any, FieldForm] = {int: "int", float: "float", bool: "bool"}

DEEPEST = 12
"""How many declarations may lie in one another."""


@dataclass(frozen=True)
class Range:
    """The interval in which a number must lie; a bound marked open is left out of it."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: float) -> bool:
        """Tell whether ``value`` lies in the interval; NaN never does."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def __str__(self) -> str:
        """Say the interval in words, for a message or a tooltip."""
        low = f"{'above' if self.low_open else 'from'} {_number(self.low)}" if self.low > -math.inf else ""
        high = f"{'below' if self.high_open else 'to'} {_number(self.high)}" if self.high < math.inf else ""
        if low and high:
            joint = " and " if self.low_open or self.high_open else " "
            return f"{low}{joint}{high}"
        return low or high.replace("to ", "at most ") or "of any size"


@dataclass(frozen=True)
class Help:
    """What a field means, in one or two sentences, with the label and the unit that a form shows.

    ``none`` is what a form calls the value None of a field that may hold one of a family's kinds; empty, the form does
    not offer it.
    """

    text: str
    label: str = ""
    unit: str = ""
    none: str = "None"


@dataclass(frozen=True)
class Hint:
    """Marks a field that only helps when code is written by hand: no form shows it, no file stores it."""


@dataclass(frozen=True)
class Advanced:
    """Marks a field that is seldom changed: a form folds it away."""


@dataclass(frozen=True)
class Field:
    """One hyper-parameter as its declaration describes it.

    ``form`` says how it is edited: ``pair`` is (height, width), ``shape`` an int or a tuple of ints, ``declared``
    another declaration of ``family``, ``stack`` several of them in an order, as many as ``range`` says, ``choice`` one
    of the strings ``choices`` and ``choice_or_pair`` one of these or a pair. ``optional`` fields may be None, which a
    form calls ``none``; ``advanced`` ones are folded away.
    """

    name: str
    form: FieldForm
    label: str
    help: str
    unit: str
    range: Range
    default: Any
    required: bool
    optional: bool
    hint: bool
    choices: tuple[str, ...]
    family: type[Declared] | None
    none: str = ""
    advanced: bool = False


@dataclass(frozen=True)
class Declared(ABC):
    """Base of all declarations; a *family* (Layer, Loss...) is a direct base whose ``kinds`` are its registry."""

    kind: ClassVar[str]
    label: ClassVar[str] = ""
    also: ClassVar[tuple[str, ...]] = ()
    """Other names by which people look for it, in small letters."""
    version: ClassVar[int] = 1
    kinds: ClassVar[dict[str, type[Any]]] = {}

    def __init_subclass__(cls, family: bool = False, abstract: bool = False, **kwargs: Any) -> None:
        """Enter the class into its family under its own name; an abstract class only serves others as a base."""
        super().__init_subclass__(**kwargs)
        cls.kind = cls.__name__
        if family:
            cls.kinds = {}
        elif not abstract:
            cls.label = cls.__dict__.get("label") or _words(cls.__name__)
            cls.kinds[cls.kind] = cls

    def __post_init__(self) -> None:
        """Check every field and bring it to its one form (a pair to a tuple, a numpy number to a Python one)."""
        for field in fields(type(self)):
            value = check(self.kind, field, getattr(self, field.name))
            object.__setattr__(self, field.name, value)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed; raises `ConfigError` if one has a value that it cannot have."""
        return dataclasses.replace(self, **changes)

    def changed(self, name: str, value: Any) -> Self:
        """Return a copy with one field changed, and what cannot go with it left out; else as `replace`."""
        return self.replace(**{name: value})

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the documentation: what this kind does."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


def fields(cls: type[Declared]) -> tuple[Field, ...]:
    """Return the hyper-parameters of a kind, in the order of its constructor's arguments."""
    found = _FIELDS.get(cls)
    if found is None:
        hints = get_type_hints(cls, include_extras=True)
        found = _FIELDS[cls] = tuple(_field(f, hints[f.name]) for f in dataclasses.fields(cls))
    return found


_FIELDS: dict[type[Declared], tuple[Field, ...]] = {}


def field(cls: type[Declared], name: str) -> Field:
    """Return one hyper-parameter by name."""
    return next(f for f in fields(cls) if f.name == name)


def _field(declared: dataclasses.Field[Any], hint: Any) -> Field:
    notes: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        notes = tuple(rest)
    helps = next((n for n in notes if isinstance(n, Help)), Help(""))
    form, optional, choices, family = _classify(hint)
    factory = declared.default_factory
    default = declared.default if declared.default is not MISSING else None if factory is MISSING else factory()
    return Field(
        name=declared.name,
        form=form,
        label=helps.label or declared.name.replace("_", " ").capitalize(),
        help=helps.text,
        unit=helps.unit,
        range=next((n for n in notes if isinstance(n, Range)), Range()),
        default=default,
        required=declared.default is MISSING and factory is MISSING,
        optional=optional,
        hint=any(isinstance(n, Hint) for n in notes),
        choices=choices,
        family=family,
        none=helps.none if optional else "",
        advanced=any(isinstance(n, Advanced) for n in notes),
    )


def _classify(hint: Any) -> tuple[FieldForm, bool, tuple[str, ...], type[Declared] | None]:
    """Tell how to edit a value of the type ``hint``: (type, may be None, choices, family)."""
    if get_origin(hint) is Literal:
        return "choice", False, get_args(hint), None
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    optional = types.NoneType in members
    members = tuple(m for m in members if m is not types.NoneType)
    choices = next((get_args(m) for m in members if get_origin(m) is Literal), ())
    if choices:
        return "choice_or_pair", optional, choices, None
    if any(m == tuple[int, int] for m in members):
        return "pair", optional, (), None
    tuples = [get_args(m)[0] for m in members if get_origin(m) is tuple]
    if stacked := [m for m in tuples if isinstance(m, type) and issubclass(m, Declared)]:
        return "stack", optional, (), stacked[0]
    if tuples:
        return "shape", optional, (), None
    (only,) = members
    if only in _SCALARS:
        return _SCALARS[only], optional, (), None
    return "declared", optional, (), only


_SIZE = Field("size", "int", "", "", "", Range(1), None, True, False, False, (), None)


def check(owner: str, field: Field, value: Any) -> Any:
    """Return ``value`` in its one form, or raise `ConfigError` saying what was expected and what was received."""
    if value is None and field.optional:
        return None
    found = _CHECKS[field.form](field, value)
    if found is None:
        raise ConfigError(owner, field.name, f"expected {expectation(field)}, received {_at_fault(field, value)}.")
    if _levels(found) >= DEEPEST:
        raise ConfigError(owner, field.name, f"expected at most {DEEPEST} things inside one another; nest less deeply.")
    return found


def _levels(value: Any) -> int:
    """Return how many declarations lie in one another in a checked value; those in it have been counted before."""
    if isinstance(value, tuple):
        return max(map(_levels, value), default=0)
    if isinstance(value, Declared):
        return 1 + max((_levels(getattr(value, f.name)) for f in fields(type(value))), default=0)
    return 0


def _at_fault(field: Field, value: Any) -> str:
    """Say what was received: of a stack its length, or the first that does not belong there."""
    if field.form != "stack" or field.family is None or not _is_sequence(value):
        return received(value) + _meant(field, value)
    strangers = [received(each) + _meant(field, each) for each in value if not isinstance(each, field.family)]
    return next(iter(strangers), f"{len(value)} of them")


def _meant(field: Field, value: Any) -> str:
    return meant(value, field.family.kinds) if field.family is not None else ""


def expectation(field: Field) -> str:
    """Say in words which values a field takes: ``a whole number from 1 to 4096``."""
    interval = str(field.range)
    numbers = {"int": "a whole number", "float": "a number", "pair": "one or two whole numbers"}
    if field.form in numbers:
        return f"{numbers[field.form]} {interval}"
    if field.choices:
        pairs = f" or {numbers['pair']} {interval}" if field.form == "choice_or_pair" else ""
        return f"one of {', '.join(field.choices)}{pairs}"
    if field.family is not None:
        family = field.family.__name__.lower()
        if field.form == "stack":
            return f"a tuple of {family}s such as {next(iter(field.family.kinds))}(), {interval} of them"
        return f"{'an' if family[0] in 'aeiou' else 'a'} {family} such as {next(iter(field.family.kinds))}()"
    return "True or False" if field.form == "bool" else "a size of 1 or more, or a tuple of them"


def _check_int(field: Field, value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        return None
    number = int(value)
    return number if number in field.range else None


def _check_float(field: Field, value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    number = float(value)
    return number if number in field.range else None


def _check_bool(_field: Field, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _check_choice(field: Field, value: Any) -> str | None:
    return value if isinstance(value, str) and value in field.choices else None


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _check_pair(field: Field, value: Any) -> tuple[int, int] | None:
    found = [_check_int(field, v) for v in value] if _is_sequence(value) else [_check_int(field, value)] * 2
    match found:
        case [int(height), int(width)]:
            return height, width
    return None


def _check_choice_or_pair(field: Field, value: Any) -> str | tuple[int, int] | None:
    return _check_choice(field, value) if isinstance(value, str) else _check_pair(field, value)


def _check_shape(_field: Field, value: Any) -> int | Shape | None:
    if not _is_sequence(value):
        return _check_int(_SIZE, value)
    rest = value[1:] if value and value[0] is None else value
    found = [_check_int(_SIZE, v) for v in rest]
    return None if not found or None in found else tuple(v for v in found if v is not None)


def _check_declared(field: Field, value: Any) -> Declared | None:
    return value if field.family is not None and isinstance(value, field.family) else None


def _check_stack(field: Field, value: Any) -> tuple[Declared, ...] | None:
    if not _is_sequence(value) or len(value) not in field.range:
        return None
    found = tuple(each for each in value if _check_declared(field, each) is not None)
    return found if len(found) == len(value) else None


_CHECKS: Mapping[FieldForm, Any] = {
    "int": _check_int,
    "float": _check_float,
    "bool": _check_bool,
    "choice": _check_choice,
    "pair": _check_pair,
    "choice_or_pair": _check_choice_or_pair,
    "shape": _check_shape,
    "declared": _check_declared,
    "stack": _check_stack,
}


def without_hints(declared: D) -> D:
    """Return a declaration as projects keep it: hints such as ``inshape`` left out, also those of what lies in it."""
    kept = {f.name: _without_hints(f, getattr(declared, f.name)) for f in fields(type(declared))}
    changes = {name: value for name, value in kept.items() if value != getattr(declared, name)}
    return declared.replace(**changes) if changes else declared


def _without_hints(field: Field, value: Any) -> Any:
    if field.hint:
        return field.default
    if isinstance(value, Declared):
        return without_hints(value)
    return tuple(without_hints(each) for each in value) if field.form == "stack" else value


def as_shape(owner: str, name: str, value: object) -> Shape:
    """Return a size, or a sequence of them, as the shape of one sample; a leading None is dropped.

    Raises
    ------
    ConfigError
        If it is anything else; it says that the field ``name`` of ``owner`` is wrong.
    """
    shape = check(owner, dataclasses.replace(_SIZE, name=name, form="shape"), value)
    return shape if isinstance(shape, tuple) else (shape,)


def as_pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """Return (height, width) of a checked ``pair`` field; only its type admits an int."""
    return value if isinstance(value, tuple) else (value, value)


def _words(name: str) -> str:
    """Turn a class name into a label: MaxPooling becomes Max pooling, ReLU stays."""
    first, *rest = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name).split()
    return " ".join([first, *(word.lower() if word.istitle() else word for word in rest)])


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 and value != int(value) else f"{int(value)}"
