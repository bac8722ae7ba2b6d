"""Records that nobody changes once they are made.

Trees and typed models of a long text are a hundred thousand of them. ``dataclass(frozen=True)``
makes one in four times as long as a plain class does, since it sets every field past its own guard,
and takes twice as long to define a class. Here the guard is the type checker's: to it the records
are frozen, and it refuses an assignment to a field wherever it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")


@overload
def frozen(record: type[_T]) -> type[_T]: ...
@overload
def frozen(*, slots: bool) -> Callable[[type[_T]], type[_T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(record: type[_T] | None = None, *, slots: bool = True) -> Any:
    """A data class, equal and hashed by its fields, whose fields are read only.

    Args:
        slots: whether it has nothing but its fields; a ``cached_property`` needs more.
    """
    made = dataclass(slots=slots, unsafe_hash=True)
    return made if record is None else made(record)
