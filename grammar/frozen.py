"""Records that nobody changes once they are made.

Trees and typed models of a long text are a hundred thousand of them. ``dataclass(frozen=True)``
makes one in four times as long as a plain class does, since it sets every field past its own guard,
and takes twice as long to define a class. Here the guard is the type checker's: to it the records
are frozen, and it refuses an assignment to a field wherever it stands.
"""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(record: type[_T]) -> type[_T]:
    """A data class with slots, equal and hashed by its fields, whose fields are read only."""
    return dataclass(slots=True, unsafe_hash=True)(record)
