"""Reads a fit directory back; whatever stands in it is checked first."""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NoReturn, TypeVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from ...grammar.diagnostic import Rejected
from ..complaints import store as complaints
from ..dimensions import MOST_LABELS
from .draws import Dims, read_draws
from .layout import MOST_TEXT, RESERVED, UNSAMPLED, VERSION, File
from .record import FitRecord
from .text import decode, decode_dims, decode_labels, decode_rows

T = TypeVar("T")


def read_fit(directory: str | os.PathLike[str]) -> FitRecord:
    """Everything that `write_fit` wrote.

    Raises:
        Rejected: R551 no fit, R552 another version of the layout, R553 a file that is missing, that
            was changed, or that makes no sense.
    """
    return _Reader(Path(directory)).record()


class _Reader:
    """One directory and its table of contents."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._config = self._read_config()
        files = self._config.get("files")
        self._files: Mapping[str, object] = files if isinstance(files, dict) else {}

    def record(self) -> FitRecord:
        """All of it."""
        described = self._parsed(File.LABELS, decode)
        labels = self._sensible(
            File.LABELS, lambda: decode_labels(described.get("labels"), MOST_LABELS)
        )
        dims = self._sensible(File.CONFIG, lambda: decode_dims(self._config.get("dims")))
        groups = self._draws(dims)
        self._sensible(File.DRAWS, lambda: _check_shapes(groups, dims, labels))
        return FitRecord(
            model=self._parsed(File.MODEL, bytes.decode),
            source=str(self._config.get("source")),
            code=self._parsed(File.CODE, bytes.decode),
            config={k: v for k, v in self._config.items() if k not in RESERVED},
            fingerprint=str(described.get("fingerprint")),
            labels=labels,
            data=self._tensors(File.DATA),
            params=self._tensors(File.PARAMS),
            state=self._tensors(File.STATE),
            groups=groups,
            dims=dims,
            trace=self._tensors(File.TRACE),
            summary=self._parsed(File.SUMMARY, lambda b: decode_rows(decode(b))),
            diagnostics=self._parsed(File.DIAGNOSTICS, decode),
        )

    # --- files ----------------------------------------------------------------------------------

    def _read_config(self) -> dict[str, object]:
        path = self._directory / File.CONFIG
        try:
            reason = _why_no_fit(self._directory)
        except OSError as e:  # a name that is too long, a directory that may not be looked into
            reason = e.strerror or str(e)
        if reason is not None:
            raise Rejected([complaints.not_a_fit(str(self._directory), reason)])
        if path.stat().st_size > MOST_TEXT:
            self._damaged(File.CONFIG, "it is too large")
        found = self._sensible(File.CONFIG, lambda: decode(self._bytes(File.CONFIG)))
        version = found.get("layout")
        if version is None:
            reason = f"its {File.CONFIG} is of another kind"
            raise Rejected([complaints.not_a_fit(str(self._directory), reason)])
        if version != VERSION:
            raise Rejected([complaints.unknown_version(str(self._directory), version, VERSION)])
        return found

    def _bytes(self, file: File) -> bytes:
        try:
            return (self._directory / file).read_bytes()
        except FileNotFoundError:
            self._damaged(file, "it is missing")
        except OSError as e:
            self._damaged(file, e.strerror or str(e))

    def _checked(self, file: File) -> bytes:
        """The content, if it is what was written."""
        expected = self._files.get(file)
        if not isinstance(expected, dict):
            self._damaged(file, f"{File.CONFIG} does not know it")
        path = self._directory / file
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            self._damaged(file, "it is missing")
        if size != expected.get("bytes"):
            self._damaged(file, f"it has {size:,} bytes, and {expected.get('bytes')} were written")
        content = self._bytes(file)
        if sha256(content).hexdigest() != expected.get("sha256"):
            self._damaged(file, "it was changed after it was written")
        return content

    def _parsed(self, file: File, parse: Callable[[bytes], T]) -> T:
        content = self._checked(file)
        return self._sensible(file, lambda: parse(content))

    def _tensors(self, file: File) -> dict[str, np.ndarray]:
        """Arrays by name; none if there is no such file."""
        if file not in self._files:
            return {}
        return self._parsed(file, load)

    def _draws(self, dims: Dims) -> dict[str, dict[str, np.ndarray]]:
        if File.DRAWS not in self._files:
            return {}
        self._checked(File.DRAWS)
        entry = self._files[File.DRAWS]
        named = entry.get("groups") if isinstance(entry, dict) else None
        if not isinstance(named, dict) or not all(_are_names(v) for v in named.values()):
            self._damaged(File.CONFIG, "it does not say which draws there are")
        return self._sensible(
            File.DRAWS, lambda: read_draws(self._directory / File.DRAWS, named, dims)
        )

    # --- complaints -----------------------------------------------------------------------------

    def _sensible(self, file: File, compute: Callable[[], T]) -> T:
        """A result, with any complaint about the content as one about the file."""
        try:
            return compute()
        except (
            ValueError,
            SafetensorError,
        ) as e:  # decoding errors of UTF-8 and JSON are among them
            self._damaged(file, str(e).splitlines()[0])

    def _damaged(self, file: File, reason: str) -> NoReturn:
        raise Rejected([complaints.damaged(str(self._directory), file, reason)]) from None


def _why_no_fit(directory: Path) -> str | None:
    """Why there is no fit, judged from outside.

    Raises:
        OSError: the operating system does not even tell what there is.
    """
    if not directory.is_dir():
        return "it is a file" if directory.exists() else "no such directory"
    return None if (directory / File.CONFIG).is_file() else f"it has no {File.CONFIG}"


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)


def _check_shapes(
    groups: Mapping[str, Mapping[str, np.ndarray]],
    dims: Dims,
    labels: Mapping[str, tuple[str | int, ...]],
) -> None:
    """Every array must have the axes that its variable is said to have.

    Raises:
        ValueError: one has not.
    """
    for group, variables in groups.items():
        sampled = 0 if group in UNSAMPLED else 2
        for name, values in variables.items():
            extents = dims.get(name, ())
            if any(isinstance(e, str) and e not in labels for e in extents):
                raise ValueError(f"{name} has a dimension without labels")
            sizes = tuple(len(labels[e]) if isinstance(e, str) else e for e in extents)
            if values.shape[sampled:] != sizes or values.ndim != sampled + len(sizes):
                raise ValueError(
                    f"{name} has the shape {values.shape}, which does not fit its axes"
                )
