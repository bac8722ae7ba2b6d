"""What a fit must have that is to be summarised, drawn or gone on with."""

from collections.abc import Iterator

from ...grammar.diagnostic import Rejected
from ..complaints import store as complaints
from .layout import File
from .record import FitRecord


def check_complete(directory: str, record: FitRecord) -> None:
    """Refuse a record that nothing of ours would have written.

    Raises:
        Rejected: R553.
    """
    for file, reason in _missing(record):
        raise Rejected([complaints.damaged(directory, file, reason)])


def _missing(record: FitRecord) -> Iterator[tuple[File, str]]:
    draws = record.groups.get("posterior")
    if draws is None:
        yield File.DRAWS, "it has no draws of the posterior"
        return
    shapes = {values.shape[:2] for values in draws.values()}
    if len(shapes) > 1 or any(0 in shape for shape in shapes):
        yield File.DRAWS, "it does not have as many draws of every variable, and at least one"
    stats = record.groups.get("sample_stats", {})
    if shapes and any(values.shape[:2] not in shapes for values in stats.values()):
        yield File.DRAWS, "its facts about draws are not as many as the draws"
    for name, values in record.trace.items():
        traced = name.startswith("param ")
        if values.dtype.kind not in "fiu" or values.ndim < (1 if traced else 2):
            yield File.TRACE, f"{name!r} is not numbers along the run"
        elif name == "loss" and values.ndim != 2:
            yield File.TRACE, "the losses are not a row per step"
    imputed = record.config.get("imputed", {})
    if not isinstance(imputed, dict) or not all(_are_texts(v) for v in imputed.values()):
        yield File.CONFIG, "`imputed` is not elements by name"
    every = record.config.get("trace", 0)
    if type(every) is not int or every < 0:
        yield File.CONFIG, "`trace` is not a number of steps"


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)
