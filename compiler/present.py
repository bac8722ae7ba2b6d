"""Elements that are given because the data have them, as far as that is known without the data."""

from typing import TYPE_CHECKING

from ..grammar.frozen import frozen

if TYPE_CHECKING:
    from .given import Elements, Given
    from .typed import Expr


@frozen
class Present:
    """The elements of a family that its data have; which those are shows when data are bound.

    Attributes:
        besides: elements that are given anew, whether the data have them or not.
    """

    besides: "Elements | None" = None

    @property
    def labels(self) -> "tuple[tuple[Expr, ...], ...]":
        """Labels of the elements that are known without the data."""
        return self.besides.labels if self.besides else ()

    @property
    def given(self) -> "tuple[Given, ...]":
        """Values of those elements."""
        return self.besides.given if self.besides else ()
