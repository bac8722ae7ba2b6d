"""Posterior summaries: a row for every number, as a mapping, as text and as CSV."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from math import floor, isfinite, isnan, log10
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .posterior import Posterior

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = ("mean", "sd", "q05", "q50", "q95")
_LEVELS = (0.05, 0.5, 0.95)

# A table for people; the whole of it goes to summary.csv.
MOST_ROWS = 40


@dataclass(frozen=True, eq=False)
class Summary(Mapping[str, Mapping[str, float]]):
    """Statistics by element: ``summary["alpha[AITKIN]"]["mean"]``.

    Attributes:
        rows: name of an element -> name of a statistic -> value. All rows have the same columns.
    """

    rows: Mapping[str, Mapping[str, float]]

    def __getitem__(self, name: str) -> Mapping[str, float]:
        """The statistics of one element."""
        return self.rows[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the elements, in the order of the model."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Number of elements."""
        return len(self.rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the statistics."""
        return tuple(next(iter(self.rows.values()), dict.fromkeys(COLUMNS)))

    def as_dict(self) -> dict[str, dict[str, float]]:
        """Plain dictionaries, as for JSON."""
        return {name: dict(row) for name, row in self.rows.items()}

    def as_csv(self) -> str:
        """A header and a line per element; numbers in full precision."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("name", *self.columns))
        writer.writerows((name, *map(repr, row.values())) for name, row in self.rows.items())
        return out.getvalue()

    def as_table(self, title: str | None = None, most: int = MOST_ROWS) -> "Table":
        """A table for `rich`, with the digits that a posterior's own width makes worth reading.

        Args:
            most: number of rows shown; a last line says how many were left out.
        """
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, box=None, pad_edge=False, header_style="bold")
        table.add_column("")
        for column in self.columns:
            table.add_column(column, justify="right")
        for i, (name, row) in enumerate(self.rows.items()):
            if i == most:
                table.add_row(f"… {len(self.rows) - most:,} more")
                break
            # as Text: a label such as [red] would be read as markup
            table.add_row(Text(name), *_shown(row))
        return table

    def as_text(self, title: str | None = None, most: int = MOST_ROWS, width: int = 100) -> str:
        """The table as plain text."""
        from rich.console import Console

        out = StringIO()
        Console(file=out, width=width, color_system=None).print(self.as_table(title, most))
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"

    def __str__(self) -> str:
        """The table as plain text."""
        return self.as_text()


def summarise(
    posterior: Posterior,
    names: Collection[str] | None = None,
    *,
    point: bool = False,
    imputed: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Summary:
    """Mean, standard deviation and 5, 50 and 95 % quantiles of every number of a draw.

    Over all chains and draws together.

    Args:
        names: variables to summarise; by default all, in the model's order.
        point: whether the draw is a point estimate: it stands for the mean, and nothing is said
            of the rest (nan).
        imputed: of data with missing values, the elements that were missing: the others are left
            out, as they are what the data say.

    Raises:
        Rejected: Q661, a name that the posterior does not have.
    """
    rows: dict[str, dict[str, float]] = {}
    for name in posterior if names is None else names:
        draws = posterior[name]
        columns = [draws.mean(), draws.sd(), *draws.quantile(_LEVELS)]
        if point:
            columns[1:] = [np.full_like(c, np.nan) for c in columns[1:]]
        numbers = np.stack([np.ravel(c) for c in columns], axis=-1).tolist()
        wanted = set(imputed[name]) if name in imputed else None
        for element, values in zip(draws.elements, numbers, strict=True):
            if wanted is not None and element not in wanted:
                continue
            rows[element] = dict(zip(COLUMNS, values, strict=True))
    return Summary(rows)


def _shown(row: Mapping[str, float]) -> list[str]:
    """A row's numbers with as many decimals as give its standard deviation two digits."""
    sd = row.get("sd", 0.0)
    if not isfinite(sd) or not 1e-8 < sd < 1e8:
        return ["-" if isnan(x) else f"{x:.4g}" for x in row.values()]
    decimals = max(0, 1 - floor(log10(sd)))
    return [f"{x:.{decimals}f}" if isfinite(x) else str(x) for x in row.values()]
