"""Networks as they are declared, and what they are built from, one row each."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from ..grammar.frozen import frozen
from ..grammar.source import Span
from .types import Extent


@frozen
class Spread:
    """How the weights of a layer are drawn before anything is fitted.

    They are independent normal numbers around zero with the variance 2 / (fan_in + fan_out), or
    2 / fan_in where there are no ``outputs`` to count.

    Attributes:
        inputs: extents of what the layer takes; fan_in is their sum.
        outputs: extents of what it gives, fan_out being their product; None to leave it out.
    """

    inputs: tuple[Extent, ...]
    outputs: tuple[Extent, ...] | None


@frozen
class Layers:
    """``mlp(64, 32, tanh)``: widths of the hidden layers, and the function between layers."""

    widths: tuple[int, ...]
    activation: str


@frozen
class Network:
    """``network name(inputs) -> outputs = mlp(…)``.

    Attributes:
        owner: the guide that it stands in; empty for the model.
        inputs: a dimension for each argument, 1 for a single number.
        outputs: axes of the result; none for a single number.
        layers: how it is built; None for a module from Python.
    """

    name: str
    owner: str
    inputs: tuple[Extent, ...]
    outputs: tuple[Extent, ...]
    layers: Layers | None
    span: Span = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        """Its name, unique in a file."""
        return f"{self.owner}.{self.name}" if self.owner else self.name

    @property
    def signature(self) -> str:
        """How it is declared: ``f(pixel) -> latent``."""
        inputs, outputs = (
            ["real" if d == 1 else str(d) for d in extents]
            for extents in (self.inputs, self.outputs or (1,))
        )
        return f"{self.name}({', '.join(inputs)}) -> {', '.join(outputs)}"

    # Names of what belongs to it. No word of a model has a dot in it.

    def weight(self, layer: int, argument: int) -> str:
        """The weights of a layer, from 0; of its first layer, those of one argument."""
        several = layer == 0 and len(self.inputs) > 1
        return f"{self.name}.weight{layer + 1}" + (f".{argument + 1}" if several else "")

    def bias(self, layer: int) -> str:
        """The biases of a layer, from 0."""
        return f"{self.name}.bias{layer + 1}"

    def layer(self, i: int) -> str:
        """The dimension of the units of a hidden layer, from 0."""
        return f"{self.key}.layer{i + 1}"

    @property
    def weights(self) -> str:
        """All weights of a module from Python."""
        return f"{self.name}.weights"

    @property
    def flat(self) -> str:
        """The dimension of those."""
        return f"{self.key}.weight"

    @property
    def start(self) -> str:
        """The data that those start from."""
        return f"{self.key}.start"


def is_weight(name: str) -> bool:
    """Whether a variable belongs to a network: no word of a model has a dot in it."""
    return "." in name


# --- what they are built from -------------------------------------------------------------------

# Makes an expression of an elementwise function of the language from its key and arguments.
Apply = Callable[..., Any]
Formula = Callable[[Apply, Any], Any]


@frozen
class Activation:
    """A function between the layers of a network.

    Attributes:
        text: its formula in the language, for the documentation.
        formula: the same as a typed expression.
        rectifies: whether it passes on about half of its argument's variance.
    """

    text: str
    formula: Formula
    rectifies: bool = False


def _plain(name: str) -> Formula:
    return lambda apply, x: apply(name, x)


ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": Activation("tanh(x)", _plain("tanh")),
    "relu": Activation("max(x, 0)", lambda apply, x: apply("maximum", x, 0.0), rectifies=True),
    "softplus": Activation("softplus(x)", _plain("softplus"), rectifies=True),
    "sigmoid": Activation("sigmoid(x)", _plain("sigmoid")),
    "silu": Activation(
        "x * sigmoid(x)", lambda apply, x: apply("mul", x, apply("sigmoid", x)), rectifies=True
    ),
    "gelu": Activation(
        "x * Phi(x)", lambda apply, x: apply("mul", x, apply("Phi", x)), rectifies=True
    ),
    "sin": Activation("sin(x)", _plain("sin")),
}

ARCHITECTURES = ("mlp",)
