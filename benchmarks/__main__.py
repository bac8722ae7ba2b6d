"""``python -m benchmarks [--only NAME]... [--repeats N] [--output FILE]``."""

import argparse
import json
import sys
from pathlib import Path

from . import machine
from .disciplines import DISCIPLINES
from .process import HERE
from .report import as_json, table


def main() -> int:
    """Measure, print the table, write the JSON; 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=DISCIPLINES, help="default: all")
    parser.add_argument("--repeats", type=int, default=5, help="of every process (default 5)")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    asked = parser.parse_args()
    facts = machine.facts()
    if not machine.has("pyro-ppl"):
        _say("Pyro is not installed (pip install -e '.[benchmark]'): Nacre alone")
    rows, loads = [], {}
    for name in asked.only or DISCIPLINES:
        loads[name] = machine.load()
        rows += DISCIPLINES[name](asked.repeats, _say)
    print(f"{facts['processor']}, {facts['cores']} cores, {facts['system']}, Python "
          f"{facts['python']}; one thread; {asked.repeats} repeats; load {loads}\n")  # fmt: skip
    print(table(rows))
    found = as_json(rows, facts, asked.repeats, loads)
    asked.output.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _say(f"wrote {asked.output}")
    return int(any(row.reached is False for row in rows))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
