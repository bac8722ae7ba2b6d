"""What does not fit into memory, as a complaint."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..grammar.diagnostic import Rejected
from .complaints import command as complaints

# torch has no class of exceptions for this on the CPU
_WORDS = ("can't allocate memory", "not enough memory", "Storage size calculation overflowed")


def lacks_memory(error: BaseException) -> bool:
    """Whether something failed because the operating system gives no more memory."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(w in str(error) for w in _WORDS)


@contextmanager
def enough_memory() -> Iterator[None]:
    """Turn memory that the operating system does not give into a complaint.

    Raises:
        Rejected: Q716.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        raise Rejected([complaints.no_memory()]) from None
