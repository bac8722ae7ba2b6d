"""Which names may stand in a file of a fit."""

from collections.abc import Iterable

from ...grammar.diagnostic import Rejected
from ..complaints import store as complaints

_LONGEST = 1000


def check_words(names: Iterable[str], where: str) -> None:
    """Names of variables and groups: words, since they become paths inside of a netCDF file.

    Raises:
        Rejected: R556.
    """
    for name in names:
        if not name.isidentifier() or len(name) > _LONGEST:
            raise Rejected([complaints.unsafe_name(name, where)])


def check_texts(names: Iterable[object], where: str) -> None:
    """Labels and names of tensors: any text that UTF-8 has, without control characters of C.

    Raises:
        Rejected: R556.
    """
    for name in names:
        if isinstance(name, str) and not _storable(name):
            raise Rejected([complaints.unsafe_name(name, where)])


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in text and len(text) <= 100_000
