"""Pages of the documentation as programs: every block is compiled, run or written.

The word after the fence says what a block is. On a page, blocks run in order, in one empty folder
(which sees the repository's ``examples``) and one Python namespace:

- ``ppl``: a model that compiles without a warning; ``ppl-warning W301``: with exactly that one;
- ``ppl-error E203``: a model that is refused with exactly that code;
- a path at the end of the label: a file. If the repository has it, the block is its text, word for
  word; otherwise it is written into the folder, for the blocks below it;
- ``console``: commands after ``$``, each followed by what it prints (standard error included) and
  ``...`` for anything; a command that shows no output may print what it likes;
- ``python``: examples for ``doctest``;
- ``text``: shown, not run. So are the shell commands of a ``sh`` block.
"""

import contextlib
import doctest
import io
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.source import Source

ROOT = Path(__file__).resolve().parent.parent
LABELS = {
    *("ppl", "ppl-warning", "ppl-error", "console", "python", "text"),
    *("sh", "json", "csv", "mermaid"),
}
_FENCE = re.compile(r"^```(?P<label>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#\s]*)(?:#(?P<anchor>[^)]*))?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_SHOWN_ONLY = ("make", "pip", "git")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it is, what its label says, what is in it."""

    page: Path
    line: int
    kind: str
    code: str
    path: str
    body: str

    def __str__(self) -> str:
        """Names the test, and the place in a failure."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page, in order of its path."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, from top to bottom."""
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        kind, *rest = match["label"].split() or [""]
        code = rest.pop(0) if kind.startswith("ppl-") else ""
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, kind, code, " ".join(rest), match["body"])


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Files that a page refers to, each with the heading in it, or nothing."""
    for match in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        yield (page.parent / match["target"] if match["target"] else page), match["anchor"] or ""


def anchors(page: Path) -> set[str]:
    """Where links into a page may lead: its headings, as they are made into addresses."""
    titles = _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def codes(text: str) -> list[str]:
    """Codes of everything the compiler says about a model, errors or else warnings."""
    try:
        checked = driver.front(Source("<page>", text))
        driver.graph_of(checked)
    except Rejected as refusal:
        return [d.code for d in refusal.diagnostics]
    return [d.code for d in checked.warnings]


@dataclass
class Reader:
    """Somebody who types a page's blocks in, from top to bottom.

    Attributes:
        folder: where he works.
        names: what Python knows so far.
        problems: where the page does not say what happens.
    """

    folder: Path
    names: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    code: int = 0

    def read(self, block: Block) -> None:
        """Do what the block says."""
        if block.path:
            self._file(block)
        elif block.kind == "console":
            for at, command, expected in _commands(block):
                self._command(f"{block.page.name}:{at}", command, expected)
        elif block.kind == "python":
            self._python(block)

    def _file(self, block: Block) -> None:
        known = ROOT / block.path
        if not known.exists():
            target = self.folder / block.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        elif known.read_text(encoding="utf-8") != block.body:
            self.problems.append(f"{block} is not the text of {block.path}")

    def _command(self, at: str, command: str, expected: str) -> None:
        if command.split()[0] in _SHOWN_ONLY:
            return
        printed, self.code = _run(command, self.code)
        if expected.strip() and not doctest.OutputChecker().check_output(expected, printed, _LOOSE):
            self.problems.append(f"{at}: $ {command}\nexpected:\n{expected}\nprinted:\n{printed}")
        elif self.code != 0 and not expected.strip():
            self.problems.append(f"{at}: $ {command}\nfailed:\n{printed}")

    def _python(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(
            block.body, self.names, str(block), str(block.page), block.line
        )
        report = io.StringIO()
        doctest.DocTestRunner(optionflags=_LOOSE).run(test, out=report.write, clear_globs=False)
        self.names.update(test.globs)
        if report.getvalue():
            self.problems.append(report.getvalue())
        if not test.examples:
            self.problems.append(f"{block}: a python block without an example (>>>)")


def _commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """The line, the command and the output shown, for every ``$`` of a console block."""
    lines = block.body.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for i, j in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = i
        while lines[last].rstrip().endswith("\\"):
            last += 1
        command = "".join(lines[i : last + 1])[2:].replace("\\\n", " ").strip()
        yield block.line + 1 + i, command, "".join(lines[last + 1 : j])


def _run(command: str, code: int) -> tuple[str, int]:
    """What a command prints and its exit code; ours run in this process, where torch is loaded."""
    if command == "echo $?":
        return f"{code}\n", 0
    words = shlex.split(command, comments=True)
    match words[0]:
        case "nacre":
            return _nacre(words)
        case "python":
            return _script(words[1:])
        case _:
            done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
            return done.stdout + done.stderr, done.returncode


def _nacre(words: list[str]) -> tuple[str, int]:
    from nacre.runtime.cli.app import main

    return _captured(words, main)


def _script(words: list[str]) -> tuple[str, int]:
    def run() -> int:
        runpy.run_path(words[0], run_name="__main__")
        return 0

    return _captured(words, run)


def _captured(words: list[str], run: object) -> tuple[str, int]:
    assert callable(run)
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        patch("sys.argv", words),
    ):
        code = run()
    return out.getvalue(), int(code)
