"""Writes a fit directory: beside its place first, then renamed into it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import numpy as np
from safetensors.numpy import save

from ...grammar.diagnostic import Rejected
from ..arrays import as_numpy
from ..complaints import store as complaints
from ..summary import Summary
from .draws import write_draws
from .layout import RESERVED, VERSION, File
from .names import check_texts
from .record import Arrays, FitRecord
from .text import encode, encode_labels


def write_fit(
    directory: str | os.PathLike[str], fit: FitRecord, *, overwrite: bool = False
) -> Path:
    """Write everything about a fit into a directory, which is made if it is not there.

    All files are written elsewhere on the same disk first. A new directory then appears at once; in
    the place of an earlier fit, file by file, config.json last: what was interrupted in between is
    found out by its checksums. Other files in the directory are left alone.

    Args:
        overwrite: whether a directory that holds other things, and no fit, may be written into.

    Returns:
        The directory.

    Raises:
        Rejected: R554 a directory that is not a fit, R555 what the operating system refuses, R556 a
            name that cannot be stored.
        TypeError, ValueError: the record is not what `FitRecord` says; a mistake of the caller.
    """
    target = Path(directory)
    with _told(target):
        if not overwrite:
            _refuse_foreign(target)
        place = target.resolve()  # also when it is given as `.`
        place.parent.mkdir(parents=True, exist_ok=True)
        staging = place.with_name(f".{place.name}-{token_hex(8)}")
        staging.mkdir()
        try:
            _write_all(staging, fit)
            _move(staging, place)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return target


def check_place(directory: str | os.PathLike[str]) -> None:
    """Whether a fit could be written there, before it is made; the directory above it is made.

    Raises:
        Rejected: R554 a directory that is not a fit, R555 what the operating system refuses.
    """
    target = Path(directory)
    with _told(target):
        if target.exists() and not target.is_dir():
            raise FileExistsError
        _refuse_foreign(target)
        parent = target.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        trial = parent / f".{target.resolve().name}-{token_hex(8)}"
        trial.mkdir()
        trial.rmdir()


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Complaints of the operating system as ours."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise Rejected([complaints.cannot_write(str(target), "a file is in the way")]) from None
    except OSError as e:
        raise Rejected([complaints.cannot_write(str(target), e.strerror or str(e))]) from None


def _refuse_foreign(target: Path) -> None:
    if target.is_dir() and not (target / File.CONFIG).is_file():
        found = sorted(p.name for p in target.iterdir())
        if found:
            raise Rejected([complaints.directory_in_use(str(target), found[0])])


def _write_all(into: Path, fit: FitRecord) -> None:
    """Every file; those without content are left out."""
    clash = RESERVED & set(fit.config)
    if clash:
        raise ValueError(f"config may not contain {', '.join(sorted(clash))}")
    check_texts((x for found in fit.labels.values() for x in found), "a fit")
    groups = {g: {n: as_numpy(v) for n, v in vs.items()} for g, vs in fit.groups.items()}
    texts = {
        File.MODEL: fit.model.encode(),
        File.CODE: fit.code.encode(),
        File.LABELS: encode({"fingerprint": fit.fingerprint, "labels": encode_labels(fit.labels)}),
        File.SUMMARY: encode(fit.summary),
        File.TABLE: Summary(fit.summary).as_csv().encode(),
        File.DIAGNOSTICS: encode(fit.diagnostics),
    }
    for file, content in texts.items():
        (into / file).write_bytes(content)
    arrays = {
        File.DATA: fit.data,
        File.PARAMS: fit.params,
        File.STATE: fit.state,
        File.TRACE: fit.trace,
    }
    for file, found in arrays.items():
        if found:
            (into / file).write_bytes(_tensors(found))
    if groups:
        write_draws(into / File.DRAWS, groups, fit.dims, fit.labels)
    config = {
        "layout": VERSION,
        "source": fit.source,
        **fit.config,
        "dims": {name: list(axes) for name, axes in fit.dims.items()},
        "files": _manifest(into, groups),
    }
    (into / File.CONFIG).write_bytes(encode(config))


def _tensors(arrays: Arrays) -> bytes:
    check_texts(arrays, "a safetensors file")
    # safetensors writes the buffer as it lies: a transposed view would come back as another array
    return save({name: np.array(as_numpy(a), order="C") for name, a in arrays.items()})


def _manifest(into: Path, groups: Mapping[str, Arrays]) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted(into.iterdir()):
        with path.open("rb") as file:
            digest = sha256()
            while block := file.read(2**20):
                digest.update(block)
            os.fsync(file.fileno())
        found[path.name] = {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
    if groups:
        entry = dict(found[File.DRAWS])  # type: ignore[call-overload]
        found[File.DRAWS] = {**entry, "groups": {g: list(vs) for g, vs in groups.items()}}
    return found


def _move(staging: Path, target: Path) -> None:
    if not target.exists():
        staging.rename(target)
        return
    # config.json comes last: until then the checksums of the earlier one tell that this is no fit
    order = [*(f for f in File if f is not File.CONFIG), File.CONFIG]
    for file in order:
        if (staging / file).exists():
            (staging / file).replace(target / file)
        else:
            (target / file).unlink(missing_ok=True)
