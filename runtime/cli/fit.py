"""``nacre fit``: from a model and its data to a posterior."""

import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...grammar.diagnostic import Rejected, as_json
from ..source_file import read_source
from .assignments import assignments, only_one
from .console import Exit, exit_code, put, put_json, refusals, say, warn
from .options import (
    DataOption,
    DoOption,
    JsonOption,
    ModelArgument,
    ObserveOption,
    ScenarioOption,
    SeedOption,
)

if TYPE_CHECKING:
    import torch

    from ..fit import Fit
    from ..model import Model
    from ..saved import SavedFit


_LONGEST = 1e15  # of numbers that are written out


def fit(
    model: ModelArgument,
    data: DataOption = [],  # noqa: B006  typer copies it
    observe: ObserveOption = [],  # noqa: B006
    do: DoOption = [],  # noqa: B006
    scenario: ScenarioOption = [],  # noqa: B006
    method: Annotated[str, typer.Option("--method", help="svi or map.")] = "svi",
    guide: Annotated[
        str | None,
        typer.Option("--guide", help="A guide of the model, mean-field or full-rank."),
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", help="The most steps.")] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Learning rate.")] = None,
    optimiser: Annotated[str, typer.Option("--optimiser", help="adam, sgd, …")] = "adam",
    particles: Annotated[int | None, typer.Option("--particles", help="Draws per step.")] = None,
    restarts: Annotated[int, typer.Option("--restarts", help="Runs made at once.")] = 1,
    stop: Annotated[
        bool | None, typer.Option("--stop/--no-stop", help="End when the loss is flat.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Posterior draws to keep.")] = 4000,
    trace: Annotated[int, typer.Option("--trace", help="Keep parameters every N steps.")] = 0,
    seed: SeedOption = 0,
    dtype: Annotated[str, typer.Option("--dtype", help="float64 or float32.")] = "float64",
    threads: Annotated[
        int,
        typer.Option("--threads", min=1, max=1024, help="Threads; more pay for large data alone."),
    ] = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write a fit directory.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the fit directory --output.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 if the diagnostics speak against it.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_object: JsonOption = False,
) -> None:
    """Fit a model to its data.

    Exit codes: 0 ok, 1 error in the model, the command or a fit directory, 2 error in the data,
    3 inference failed, 4 finished but --strict diagnostics failed, 130 interrupted.

    Ctrl-C, or SIGTERM, ends the run after its current block of steps. What was found by then is
    shown and written like a result, marked as interrupted; the same command with --resume goes on
    from there, and ends as if it had never stopped.
    """
    import torch  # only once the command line is understood

    from .interrupt import deferred
    from .progress import Reporter

    # Small operations on several threads spend their time waiting for each other. The process is
    # ours: a library would leave this to its user.
    torch.set_num_threads(threads)
    report = Reporter(quiet=quiet or as_object)
    settings: dict[str, Any] = {
        "method": method, "guide": guide, "steps": steps, "rate": rate, "optimiser": optimiser,
        "particles": particles, "restarts": restarts, "stop": stop, "draws": draws,
        "trace": trace, "seed": seed, "dtype": _dtype(dtype, as_object),
    }  # fmt: skip
    with refusals(as_object=as_object):
        asked = compiled(model, observe, do, scenario)
        if not as_object:
            warn(asked.warnings, asked.source)
        earlier = _earlier(output, resume)
        with deferred() as interrupt:
            found = asked.fit(
                data, **settings, progress=interrupt.watching(report), resume=earlier,
                command=shlex.join(["nacre", *sys.argv[1:]]),
            )  # fmt: skip
        report.done()
    refused = _saved(found, output)
    _show(found, None if refused else output, refused, as_object=as_object)
    raise typer.Exit(int(_exit(found, refused, strict=strict)))


def _dtype(name: str, as_object: bool) -> "torch.dtype":
    import torch

    from ..complaints import query as complaints

    kinds = {"float64": torch.float64, "float32": torch.float32}
    with refusals(as_object=as_object):
        if name not in kinds:
            raise Rejected([complaints.wrong_setting("dtype", name, "float64 or float32")])
    return kinds[name]


def _earlier(output: Path | None, resume: bool) -> "SavedFit | None":
    """The fit to go on with; and no fit is begun that could not be written."""
    from ..complaints import query as complaints
    from ..saved import load_fit
    from ..store.write import check_place

    if resume and output is None:
        raise Rejected([complaints.nothing_to_resume()])
    if output is None:
        return None
    check_place(output)
    return load_fit(output) if resume else None


def _saved(found: "Fit", output: Path | None) -> Rejected | None:
    """Write the fit; a refusal is given back, for the result is worth showing all the same."""
    try:
        if output is not None:
            found.save(output)
    except Rejected as refusal:
        return refusal
    return None


def _exit(found: "Fit", refused: Rejected | None, *, strict: bool) -> Exit:
    if refused is not None:
        return exit_code(refused.diagnostics)
    if found.judgement.failed:
        return Exit.INFERENCE
    if found.judgement.interrupted:
        return Exit.INTERRUPTED
    return Exit.STRICT if strict and not found.judgement.trusted else Exit.OK


def compiled(path: str, observe: list[str], do: list[str], scenarios: list[str]) -> "Model":
    """A model file with the evidence and interventions of the command line."""
    from ..model import compile

    source = read_source(path)
    model = compile(source.text, source.name)
    if (scenario := only_one("--scenario", scenarios)) is not None:
        model = model.scenario(scenario)
    if observe:
        model = model.condition(assignments("--observe", observe))
    return model.do(assignments("--do", do)) if do else model


def _show(found: "Fit", output: Path | None, refused: Rejected | None, *, as_object: bool) -> None:
    if as_object:
        errors = [as_json(d, refused.source) for d in refused.diagnostics] if refused else []
        warnings = [as_json(d, found.model.source) for d in found.model.warnings]
        put_json(
            {
                **found.as_dict(),
                **({"ok": False} if errors else {}),
                "errors": errors,
                "model_warnings": warnings,
            }
        )
        return
    for note in found.notes:
        say(f"note: {note}")
    put(found.summary().as_text())
    put(_facts(found))
    for text in found.warnings:
        say(f"warning: {text}")
    if refused is not None:
        say(refused.render())
    if output is not None:
        put(f"results are in {output}")


def _facts(found: "Fit") -> str:
    j = found.judgement
    if "log_evidence" in j.facts:
        what = "the most probable states" if found.asked.method == "map" else "independent draws"
        return f"exact: {what}; log evidence {j.facts['log_evidence']:z,.4f} nats"
    earlier = j.facts.get("resumed_at")
    part = f" ({earlier:,} of them before)" if earlier else ""
    run = f"{found.asked.method} with {j.guide}, {j.steps:,} steps{part} in {found.seconds:.1f} s"
    parts = [run]
    if j.stop:
        parts.append(j.stop)
    if "elbo" in j.facts:
        error = float(str(j.facts["elbo_error"]))
        about = f" ± {error:.2f}" if math.isfinite(error) else ""
        parts.append(f"ELBO {_number(j.facts['elbo'])}{about} nats")
        parts.append(f"k-hat {j.facts['k_hat']:.2f}")
    else:
        parts.append(f"a point: the mode, with log density {_number(j.facts['log_density'])} nats")
    return "; ".join(parts)


def _number(value: object) -> str:
    number = float(str(value))
    return f"{number:,.2f}" if abs(number) < _LONGEST else f"{number:.4g}"
