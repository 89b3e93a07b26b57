"""Frozen nouns to plain JSON values and back, by the types of their fields. Knows no noun.

What is kept for years must be read back exactly or not at all: nothing is coerced, and a field or a
word that this version of Tape does not know is an error. Fields out of `repr` are private, and are
not written.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

_T = TypeVar("_T")


def plain(value: object) -> Any:
    """Write a noun as JSON values. Fields that are as their default says are left out."""
    if is_dataclass(value):
        kept = [f for f in fields(value) if f.repr]
        pairs = ((f, getattr(value, f.name)) for f in kept)
        return {f.name: plain(v) for f, v in pairs if f.default is MISSING or v != f.default}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, tzinfo):
        offset = value.utcoffset(None)
        return 0 if offset is None else offset // timedelta(seconds=1)
    return value


def noun(kind: type[_T], value: object) -> _T:
    """Read a noun from JSON values.

    Raises:
        ValueError: the values are not of that noun.
    """
    try:
        return _read(kind, value)  # type: ignore[no-any-return]
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise ValueError(f"not a {kind.__name__}") from error


def _read(kind: Any, value: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(args, value)
    if origin is tuple:
        return _several(args, value)
    if origin is Literal:
        return args[args.index(value)]
    return _fields(kind, value) if is_dataclass(kind) else _one(kind, value)


def _one(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is tzinfo:
        return ZoneInfo(value) if isinstance(value, str) else timezone(timedelta(seconds=value))
    if type(value) is kind or (kind is float and type(value) is int):
        return value
    raise TypeError


def _either(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in kinds:
        return None
    (one,) = (kind for kind in kinds if kind is not NoneType)
    return _read(one, value)


def _several(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], one) for one in value)
    return tuple(_read(kind, one) for kind, one in zip(kinds, value, strict=True))


def _fields(kind: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], one) for name, one in value.items()})
