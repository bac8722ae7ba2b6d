"""What the compiler hands over: the text of a Python module and where each of its lines is from."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from ..grammar.source import Span


@dataclass(frozen=True)
class Module:
    """A complete Python module, standalone but for torch and the functions that it imports.

    Attributes:
        text: the module.
        origins: for every line of ``text`` the place in the model that it computes, or None.
        functions: names of its public functions, in order; ``bind`` is the first.
    """

    text: str
    origins: tuple[Span | None, ...]
    functions: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the text: equal programs share what is cached for them."""
        return sha256(self.text.encode()).hexdigest()[:16]
