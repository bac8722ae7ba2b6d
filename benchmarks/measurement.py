"""What was measured: rows of a table, each one contestant in one discipline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median

from .process import Command, Finished, run

Say = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One contestant in one discipline.

    Attributes:
        values: every repeat, in ``unit``.
        cpu: seconds of processor time of each repeat, where the whole process is what counts.
        peak: MiB that were resident at once.
        times: how many times the contestant's median is that of ``against``.
        goal: what the row has to reach, in words.
        reached: whether it does; None where there is no goal.
    """

    discipline: str
    name: str
    unit: str
    values: Sequence[float]
    cpu: Sequence[float] = ()
    peak: float | None = None
    against: str = ""
    times: float | None = None
    goal: str = ""
    reached: bool | None = None

    @property
    def best(self) -> float:
        """The smallest value: the least disturbed repeat."""
        return min(self.values)

    @property
    def typical(self) -> float:
        """The median."""
        return median(self.values)

    def beside(self, other: "Row") -> "Row":
        """The row with its ratio to another."""
        return replace(self, against=other.name, times=self.typical / other.typical)

    def with_goal(self, goal: str, reached: bool) -> "Row":
        """The row with what it had to reach."""
        return replace(self, goal=goal, reached=reached)

    def as_json(self) -> dict[str, object]:
        """Everything, with the summaries."""
        return {**asdict(self), "min": self.best, "median": self.typical}


def wall(done: Finished) -> Sequence[float]:
    """A process's time from start to exit, in seconds."""
    return [done.wall]


def contest(
    discipline: str,
    commands: Mapping[str, Command],
    repeats: int,
    say: Say,
    *,
    unit: str = "s",
    read: Callable[[Finished], Sequence[float]] = wall,
) -> list[Row]:
    """Contestants that do the same thing, by turns; each runs once unmeasured, to fill caches.

    Args:
        read: what counts of a finished process, in ``unit``; several numbers are several repeats.
    """
    finished: dict[str, list[Finished]] = {name: [] for name in commands}
    for k in range(repeats + 1):
        for name, command in commands.items():
            say(f"{discipline}: {name} ({k} of {repeats})")
            done = run(command)
            if k:
                finished[name].append(done)
    return [
        Row(
            discipline, name, unit, [x for done in runs for x in read(done)],
            cpu=[done.cpu for done in runs] if read is wall else (),
            peak=max(done.peak for done in runs),
        )
        for name, runs in finished.items()
    ]  # fmt: skip
