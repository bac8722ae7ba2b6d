"""Labels from the data that may not mean what they say: words for nothing, and twins."""

from collections.abc import Iterator, Mapping, Sequence

from ..compiler.graph import ModelGraph
from ..compiler.typed import FromData
from .complaints.wording import quoted
from .readers.gaps import GAPS

_MOST_LABELS = 100_000  # more are no names that anybody has typed


def doubts(graph: ModelGraph, labels: Mapping[str, Sequence[str | int]]) -> Iterator[str]:
    """Notes on labels that were taken from the data as they are.

    In a column of text NA may be a gap or Namibia, and ``Aitkin`` another place than ``AITKIN``:
    they are labels like others, and their user should know.
    """
    for name, dim in graph.dims.items():
        if isinstance(dim.labels, FromData) and len(labels[name]) <= _MOST_LABELS:
            words = [x for x in labels[name] if isinstance(x, str)]
            yield from _of_gaps(name, words)
            yield from _of_twins(name, words)


def _of_gaps(dim: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word.strip() in GAPS:
            yield (
                f"{quoted(word)} is a label of `{dim}` like any other; "
                "where a label is missing, leave the cell empty"
            )


def _of_twins(dim: str, words: Sequence[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for word in words:
        first = seen.setdefault(" ".join(word.split()).casefold(), word)
        if first != word:
            yield (
                f"{quoted(first)} and {quoted(word)} are two labels of `{dim}`: "
                "capitals and spaces count"
            )
            return
