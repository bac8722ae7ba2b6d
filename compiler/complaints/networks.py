"""Complaints about networks, E420 to E427."""

from collections.abc import Iterable, Mapping

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span


def unknown_architecture(at: Span, name: str, hint: str | None) -> Diagnostic:
    """Something else than ``mlp`` after the ``=``."""
    hint = hint or "write `mlp(64)`, or leave out `= …` and supply a module from Python"
    return Diagnostic("E420", at, f"no kind of network is called `{name}`", hint=hint)


def unknown_activation(at: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A word that is no activation."""
    known = tuple(known)
    hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
    return Diagnostic("E421", at, f"no activation is called `{name}`", hint=hint)


def wrong_width(at: Span, written: str, widest: int) -> Diagnostic:
    """A width that is no literal whole number."""
    return Diagnostic(
        "E422",
        at,
        f"the width of a hidden layer is a whole number from 1 to {widest}, not `{written}`",
        hint="write the widths as numbers, the activation last: `mlp(64, 32, relu)`",
    )


def too_many_layers(at: Span, given: int, most: int) -> Diagnostic:
    """More hidden layers than are written out."""
    return Diagnostic(
        "E422",
        at,
        f"`mlp` has at most {most} hidden layers, not {given}",
        hint="leave out `= …` and supply a module from Python",
    )


def network_argument(
    at: Span, name: str, written: str, shapes: tuple[str, str], declared: Span
) -> Diagnostic:
    """An argument of another shape than the network takes: the one it has, and the one it needs."""
    whole = shapes[1].startswith("[")
    hint = f"with a whole vector over {shapes[1]}" if whole else "with one number"
    return Diagnostic(
        "E423",
        at,
        f"`{name}` takes {shapes[1]} here, and `{written}` is {shapes[0]}",
        notes=((declared, f"`{name}` is declared here"),),
        hint=f"call it {hint}, as in `{name}(x[{'i, :' if whole else 'i'}])`",
    )


def network_of_model(at: Span, name: str, declared: Span) -> Diagnostic:
    """A guide that calls a network of the model."""
    return Diagnostic(
        "E424",
        at,
        f"a guide cannot call the model's network `{name}`: its weights belong to the model",
        notes=((declared, f"`{name}` is declared here"),),
        hint="declare a network of the guide's own inside it",
    )


def number_among_outputs(at: Span) -> Diagnostic:
    """``-> real, pixel``."""
    return Diagnostic(
        "E425",
        at,
        "`real` stands alone: a network gives one number, or an array over dimensions",
        hint="declare a dimension for what it gives, as in `dim part = {mean, scale}`",
    )


NETWORKS: Mapping[str, Explanation] = {
    "E420": Explanation(
        "a network of an unknown kind",
        "A network is built by `mlp`, a multilayer perceptron. Any other architecture is a "
        "`torch.nn.Module` that is supplied from Python: the model declares the network without "
        "`=`, and `model.fit(…, networks={…})` brings the module.",
        wrong="dim pixel, latent\nnetwork f(pixel) -> latent = conv(3)",
        right="dim pixel, latent\ndata x[pixel]: real\nnetwork f(pixel) -> latent\n"
        "y[k in latent] ~ Normal(f(x)[k], 1)",
    ),
    "E421": Explanation(
        "an unknown activation",
        "The last argument of `mlp` may name the function between its layers. Without one it is "
        "`tanh`.",
        wrong="dim pixel, latent\nnetwork f(pixel) -> latent = mlp(64, rleu)",
        right="dim pixel, latent\ndata x[pixel]: real\n"
        "network f(pixel) -> latent = mlp(64, relu)\ny[k in latent] ~ Normal(f(x)[k], 1)",
    ),
    "E422": Explanation(
        "hidden layers that are not written properly",
        "`mlp` is given the width of each hidden layer as a number, from the first to the last. "
        "Without any, the network is linear.",
        wrong="dim pixel, latent\nnetwork f(pixel) -> latent = mlp(relu, 64)",
        right="dim pixel, latent\ndata x[pixel]: real\n"
        "network f(pixel) -> latent = mlp(64, relu)\ny[k in latent] ~ Normal(f(x)[k], 1)",
    ),
    "E423": Explanation(
        "an argument that a network does not take",
        "A network is declared with the dimension of each argument, and called with a vector over "
        "it, or with a single number where `real` is declared.",
        wrong="dim row, pixel, latent\ndata x[row, pixel]: real\n"
        "network f(pixel) -> latent = mlp(8)\ny[i in row] ~ Normal(f(x[:, 1])[1], 1)",
        right="dim row, pixel, latent\ndata x[row, pixel]: real\n"
        "network f(pixel) -> latent = mlp(8)\n"
        "y[i in row, k in latent] ~ Normal(f(x[i, :])[k], 1)",
    ),
    "E424": Explanation(
        "a guide that calls a network of the model",
        "The weights of a network are parameters of the block in which it is declared. A guide is "
        "a distribution of its own and reads nothing of the model but data.",
        wrong="dim pixel, latent\ndata x[pixel]: real\nnetwork f(pixel) -> latent = mlp(8)\n"
        "z[k in latent] ~ Normal(f(x)[k], 1)\n"
        "guide {\n    z[k in latent] ~ Normal(f(x)[k], 1)\n}",
        right="dim pixel, latent\ndata x[pixel]: real\n"
        "z[k in latent] ~ Normal(0, 1)\n"
        "guide {\n    network f(pixel) -> latent = mlp(8)\n"
        "    z[k in latent] ~ Normal(f(x)[k], 1)\n}",
    ),
    "E425": Explanation(
        "a number among the dimensions of a result",
        "What a network gives is one number (`-> real`) or an array over one or several "
        "dimensions. Several results that belong together get a dimension with a label each.",
        wrong="dim pixel\nnetwork f(pixel) -> real, pixel = mlp(8)",
        right="dim pixel, part = {mean, scale}\ndata x[pixel]: real\n"
        "network f(pixel) -> part = mlp(8)\ny ~ Normal(f(x)[mean], exp(f(x)[scale]))",
    ),
}
