"""Complaints about modules that are supplied as networks: Q697 to Q699, R530."""

from collections.abc import Collection, Mapping, Sequence

from ...compiler.networks import Network
from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from .wording import listed, quoted


def network_missing(network: Network) -> Diagnostic:
    """A network that is declared without `=`, and nobody supplies it."""
    return Diagnostic(
        "Q697",
        network.span,
        f"the network `{network.name}` is a module that Python supplies, and there is none",
        hint=f"fit with `model.fit(data, networks={{{network.name!r}: module}})`, or build it here:"
        " `= mlp(64)`",
    )


def network_unknown(name: str, known: Collection[str]) -> Diagnostic:
    """A module for a network that the model does not declare, or builds itself."""
    hint = did_you_mean(name, known)
    if hint is None:
        own = listed(list(known)) if known else "none"
        hint = f"networks that are declared without `=`: {own}"
    return Diagnostic("Q698", None, f"no network `{name}` waits for a module", hint=hint)


def not_a_module(name: str, kind: str) -> Diagnostic:
    """Something else than a module."""
    return Diagnostic(
        "Q699",
        None,
        f"the network `{name}` is a `torch.nn.Module`, not a {kind}",
        hint="give the module itself, with its parameters: `torch.nn.Linear(8, 2)`",
    )


def module_gives(network: Network, found: Sequence[int], wanted: Sequence[int]) -> Diagnostic:
    """A module whose result has another shape."""
    return Diagnostic(
        "R530",
        network.span,
        f"the module for `{network.signature}` gives the shape {tuple(found)} for two rows, and"
        f" {tuple(wanted)} is declared",
        hint="its first axis counts the rows; the others are what the model declares after `->`",
    )


def module_fails(network: Network, shapes: Sequence[Sequence[int]], reason: str) -> Diagnostic:
    """A module that cannot be called."""
    given = " and ".join(str(tuple(s)) for s in shapes)
    first = next(iter(reason.splitlines()), "")
    return Diagnostic(
        "R530",
        network.span,
        f"the module for `{network.signature}` fails on arguments of shape {given}:"
        f" {quoted(first, longest=160)}",
        hint="it is called with a matrix for each argument, one row a call",
    )


CODES: Mapping[str, Explanation] = {
    "Q697": Explanation(
        "a network that nobody supplies",
        "A network that is declared without `=` is a `torch.nn.Module`. Modules are Python, and"
        " nothing in a model file is executed: so they come through `model.fit(…, networks={…})`,"
        " and never from the command line.",
        "nacre fit m.ppl            # m.ppl: network f(pixel) -> latent\n",
        'nacre.load("m.ppl").fit(data, networks={"f": torch.nn.Linear(64, 8)})\n',
    ),
    "Q698": Explanation(
        "a module for no network",
        "`networks` maps the names of networks that the model declares without `=` to modules.",
        'model.fit(data, networks={"g": module})    # network f(pixel) -> latent\n',
        'model.fit(data, networks={"f": module})    # network f(pixel) -> latent\n',
    ),
    "Q699": Explanation(
        "something that is no module",
        "A network is supplied as a `torch.nn.Module`, whose parameters become part of the fit.",
        'model.fit(data, networks={"f": torch.relu})\n',
        'model.fit(data, networks={"f": torch.nn.Sequential(torch.nn.Linear(64, 8))})\n',
    ),
    "R530": Explanation(
        "a module that does not fit its declaration",
        "A module is called with one matrix for each argument, `(rows, length of the dimension)`,"
        " and gives `(rows, …)` with the axes that the model declares after `->`, or all of them in"
        " one. It is tried on two rows of zeros before anything is fitted.",
        'model.fit(data, networks={"f": torch.nn.Linear(64, 7)})    # latent = 1..8\n',
        'model.fit(data, networks={"f": torch.nn.Linear(64, 8)})    # latent = 1..8\n',
    ),
}
