"""Declarations as code: ``Convolution(16, (3, 3), activation=ReLU())``, over several lines where it is long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from slugstudio.engine.declaration import Declared, Field, check, fields
from slugstudio.export.code.lines import WIDTH, quoted


class Written(NamedTuple):
    """Something with brackets: what opens and closes them, and what stands between, each with what comes before it.

    The items of a collection, which is no call, stand one on a line where they do not fit into one.
    """

    opening: str
    items: tuple[tuple[str, Written | str], ...]
    closing: str = ")"
    is_call: bool = True

    def __str__(self) -> str:
        """Return it in one line."""
        between = ", ".join(f"{before}{item}" for before, item in self.items)
        only = "," if not self.is_call and self.closing == ")" and len(self.items) == 1 else ""
        return f"{self.opening}{between}{only}{self.closing}"

    def rows(self, before: str, indent: int, after: str = "") -> list[str]:
        """Return it in as many lines as it needs, as ruff formats it."""
        start = "    " * indent
        if len(one := f"{start}{before}{self}{after}") <= WIDTH:
            return [one]
        inner = ", ".join(f"{name}{item}" for name, item in self.items)
        if self.is_call and len(f"{start}    {inner}") <= WIDTH:
            between = [f"{start}    {inner}"]
        else:
            between = [row for name, item in self.items for row in _rows(item, name, indent + 1)]
        return [f"{start}{before}{self.opening}", *between, f"{start}{self.closing}{after}"]


def _rows(item: Written | str, before: str, indent: int) -> list[str]:
    if isinstance(item, Written):
        return item.rows(before, indent, ",")
    return [f"{'    ' * indent}{before}{item},"]


def call(name: str, arguments: Sequence[tuple[str, Any]]) -> Written:
    """Return a call with arguments, each with its name, or with none."""
    return Written(f"{name}(", tuple((f"{key}=" if key else "", written(value)) for key, value in arguments))


def written(value: Any) -> Written | str:
    """Return a value as code."""
    match value:
        case Declared():
            return call(value.kind, [("" if f.required else f.name, _short(f, v)) for f, v in given(value)])
        case (str() | Declared(), *_):
            brackets = "()" if isinstance(value, tuple) else "[]"
            return Written(brackets[0], tuple(("", written(each)) for each in value), brackets[1], is_call=False)
        case str():
            return quoted(value)
    return repr(value)


def given(declared: Declared) -> list[tuple[Field, Any]]:
    """Return the fields of a declaration that have to be written, with their values: what is not as by default."""
    kind = type(declared)
    values = [(field, getattr(declared, field.name)) for field in fields(kind)]
    return [(field, v) for field, v in values if field.required or v != check(kind.kind, field, field.default)]


def _short(field: Field, value: Any) -> Any:
    """Return one number for a pair of equal ones."""
    pair = field.form in ("pair", "choice_or_pair") and isinstance(value, tuple) and value[0] == value[1]
    return value[0] if pair else value


def kinds(value: Any) -> Iterator[type[Declared]]:
    """Yield the kind of a declaration and of all that are written in it."""
    if isinstance(value, Declared):
        yield type(value)
        for _, inner in given(value):
            yield from kinds(inner)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from kinds(each)
