"""A program: generated code with its data bound, as plain functions of tensors."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from itertools import product
from types import MappingProxyType
from typing import Any

import torch
from torch import Generator, Tensor

from ..compiler.emit.guide import Emitted
from ..compiler.emit.module import Emission
from ..compiler.evidence import Place, place_of
from ..compiler.graph import Derived, Input, ModelGraph, Node, Partly, Summed
from ..compiler.layout import Block
from ..compiler.present import Present
from ..compiler.types import SupportName
from .data import Bound
from .infer.starting import ParamStart
from .load import as_rejection, incomplete, load
from .ode import Note, Watched
from .posterior import element_names

Values = Mapping[str, Tensor]


class Program:
    """One graph with its data.

    All densities are in nats. ``*batch`` stands for any leading axes: chains, particles, draws.
    A value that is a label of a dimension is its position from 0, here alone: see `label_values`.

    Attributes:
        graph: the graph that inference is about.
        bound: sizes, labels and tensors of the data.
        n: length of the unconstrained vector.
        text: the generated module.
    """

    def __init__(
        self,
        graph: ModelGraph,
        emission: Emission,
        bound: Bound,
        dtype: torch.dtype,
        supplied: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Execute the generated module once and compute all that depends on data alone.

        Args:
            supplied: modules that the generated code calls, see `supplied.called`.
        """
        self.graph, self.bound, self.dtype = graph, bound, dtype
        self._emission = emission
        self._functions = load(emission.module, graph.source)
        self._bound: Any = self._call_plain(
            "bind", {**bound.tensors, **supplied}, dict(bound.sizes), dict(bound.labels), dtype
        )
        self._lengths: Mapping[str, int] = self._call("lengths")
        self.n: int = self._lengths["position"]
        self.text: str = emission.module.text

    # --- densities ------------------------------------------------------------------------------

    def log_density_and_gradient(self, position: Tensor) -> tuple[Tensor, Tensor]:
        """Unconstrained log density, Jacobian included, and its gradient.

        Shapes: position (*batch, n) -> (*batch,), (*batch, n).
        """
        value, gradient = self._call("log_density_and_gradient", position)
        return value, gradient

    def log_joint_and_gradient(self, position: Tensor) -> tuple[Tensor, Tensor]:
        """Model-space log density, without the Jacobian, and its gradient by position."""
        value, gradient = self.log_density_and_gradient(position)
        jacobian, its_gradient = self._call("log_jacobian_and_gradient", position)
        return value - jacobian, gradient - its_gradient

    def log_density(self, values: Values) -> Tensor:
        """Joint log density in model space at name -> (*batch, *dims); returns (*batch,).

        Raises:
            Rejected: Q678, a variable without a value.
        """
        result: Tensor = self._call("log_density", values)
        return result

    def log_terms(self, values: Values) -> dict[str, Tensor]:
        """Log density of each statement, name -> (*batch,)."""
        result: dict[str, Tensor] = self._call("log_terms", values)
        return result

    def starting_params(self, rng: Generator) -> dict[str, Tensor]:
        """The model's own params where they start; weights of networks are drawn."""
        if "starting_params" not in self._functions:
            return {}
        values, spreads = self._call("starting_params")
        found = {}
        for name, value in values.items():
            whole = self._whole(name, value, ())
            if bool((self._whole(name, spreads[name], ()) > 0).any()):
                noise = torch.randn(whole.shape, generator=rng, dtype=self.dtype)
                whole = whole + spreads[name] * noise
            found[name] = whole
        return found

    @property
    def numbers(self) -> int:
        """How many numbers one evaluation takes in: data and the position."""
        return self.n + sum(t.numel() for t in self.bound.tensors.values())

    @property
    def param_start(self) -> ParamStart | None:
        """Where the model's own params start, by coordinate; None for a model without any."""
        if "param_start" not in self._functions:
            return None
        value, spread, is_param = self._call("param_start")
        return ParamStart(value, spread, is_param > 0)

    # --- spaces ---------------------------------------------------------------------------------

    def constrain(self, position: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Model-space values at an unconstrained position, and the log-Jacobian."""
        values, jacobian = self._call("constrain", position)
        return values, jacobian

    def unconstrain(self, values: Values) -> Tensor:
        """The unconstrained position (*batch, n) of model-space values."""
        result: Tensor = self._call("unconstrain", values)
        return result

    # --- draws ----------------------------------------------------------------------------------

    def simulate(
        self, batch: Sequence[int], rng: Generator, values: Values = MappingProxyType({})
    ) -> dict[str, Tensor]:
        """Forward draws of every variable, observed ones included: name -> (*batch, *dims)."""
        drawn = self._call("simulate", values, batch=tuple(batch), rng=rng)
        return {n: self._whole(n, v, tuple(batch)) for n, v in self._numbers(drawn).items()}

    def _whole(self, name: str, value: Tensor | float, batch: tuple[int, ...]) -> Tensor:
        """A variable in full shape, also where it is the same in every draw."""
        event = self.graph.nodes[name].type.event
        shape = (*batch, *(self.bound.sizes[e] if isinstance(e, str) else e for e in event))
        dtype = None if isinstance(value, Tensor) else self.dtype
        return torch.as_tensor(value, dtype=dtype).expand(shape)

    def complete(
        self, values: Values, batch: Sequence[int], rng: Generator, *, most_probable: bool = False
    ) -> dict[str, Tensor]:
        """Derived and forward-drawn variables beside the given draws of the inferred ones.

        Args:
            most_probable: take the most probable joint states of what was summed out, instead of
                an exact draw of them.
        """
        name = "complete_most_probable"
        name = name if most_probable and name in self._functions else "complete"
        return self._numbers(self._call(name, values, batch=tuple(batch), rng=rng))

    def state_probabilities(self, values: Values, batch: Sequence[int]) -> dict[str, Tensor]:
        """Probability of every state of each variable that was summed out, given all others.

        Shapes: values name -> (*batch, *dims); returns name -> (*batch, *dims, n_states).
        """
        return self._states("state_probabilities", values, batch)

    def most_probable(self, values: Values, batch: Sequence[int]) -> dict[str, Tensor]:
        """The most probable joint states of what was summed out: name -> (*batch, *dims)."""
        return self._states("most_probable", values, batch)

    def _states(self, name: str, values: Values, batch: Sequence[int]) -> dict[str, Tensor]:
        if name not in self._functions:
            return {}
        return self._numbers(self._call(name, values, batch=tuple(batch)))

    def _numbers(self, values: dict[str, Tensor]) -> dict[str, Tensor]:
        """Truth values (``heavy = weight > 9``) as the 0 and 1 that they are in the language."""
        return {
            n: v.to(self.dtype) if isinstance(v, Tensor) and v.dtype is torch.bool else v
            for n, v in values.items()
        }

    # --- guides ---------------------------------------------------------------------------------

    def guide(self, name: str) -> "GuideProgram":
        """One of the model's guides, bound to the same data."""
        return GuideProgram(self, self._emission.guides[name], self._lengths)

    @property
    def inferred(self) -> tuple[str, ...]:
        """Variables that the unconstrained vector is made of."""
        return tuple(block.name for block in self._emission.layout.blocks)

    # --- solutions of differential equations ----------------------------------------------------

    def watched(self) -> tuple["Program", Sequence[Note]]:
        """The same program, and the notes that it will take of how its solutions went."""
        bound = Watched(self._bound)
        other = copy(self)
        other._bound = bound
        return other, bound.notes

    # --- names ----------------------------------------------------------------------------------

    @property
    def coordinates(self) -> tuple[str, ...]:
        """A readable name for each unconstrained coordinate, such as ``alpha[AITKIN]``."""
        return tuple(
            name
            for block in self._emission.layout.blocks
            for name in _free_names(block, self.graph.nodes[block.name], self.bound)
        )

    @property
    def imputed(self) -> dict[str, tuple[str, ...]]:
        """Of data with missing values that are latent variables: names of the missing elements."""
        found = {}
        for node in self.graph.nodes.values():
            match node.role:
                case Partly(observed=Present()) | Summed(observed=Present()):
                    found[node.name] = _lacking(node, self.bound)
                case _:
                    pass
        return found

    @property
    def constants(self) -> frozenset[str]:
        """Definitions of data alone: they have the same value in every draw."""
        known: set[str] = set()
        for node in (self.graph.nodes[n] for n in self.graph.order):
            if isinstance(node.role, Input) or (
                isinstance(node.role, Derived)
                and all(p in known or p == node.name for p in node.parents)
            ):
                known.add(node.name)
        return frozenset(n for n in known if isinstance(self.graph.nodes[n].role, Derived))

    # --- calling --------------------------------------------------------------------------------

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        function = self._functions[name]
        try:
            if kwargs:
                return function(*args, self._bound, **kwargs)
            return function(*args, self._bound)
        except KeyError as error:
            if not (args and isinstance(args[0], Mapping) and error.args[0] in self.graph.nodes):
                raise
            raise incomplete(self.graph, args[0]) from None
        except (RuntimeError, ValueError, IndexError) as error:
            raise as_rejection(error, self._emission.module, self.graph.source) from error

    def _call_plain(self, name: str, *args: Any) -> Any:
        try:
            return self._functions[name](*args)
        except (RuntimeError, ValueError, IndexError) as error:
            raise as_rejection(error, self._emission.module, self.graph.source) from error


class GuideProgram:
    """A guide of a program.

    Attributes:
        n_params: number of unconstrained parameters.
        n_normal, n_uniform: standard noise that one draw consumes.
        score_sites: draws that have no pathwise gradient.
    """

    def __init__(self, program: Program, emitted: Emitted, lengths: Mapping[str, int]) -> None:
        """Look up the guide's functions and lengths."""
        self._program, self._emitted = program, emitted
        self.name = emitted.name
        self.n_params: int = lengths[f"{emitted.prefix} params"]
        self.n_normal: int = lengths[f"{emitted.prefix} normals"]
        self.n_uniform: int = lengths[f"{emitted.prefix} uniforms"]
        self.score_sites: tuple[str, ...] = emitted.score_sites

    @property
    def initial(self) -> Tensor:
        """Unconstrained starting values, (n_params,)."""
        result: Tensor = self._program._call(f"{self._emitted.prefix}_initial")
        return result

    @property
    def numbers(self) -> int:
        """How many numbers one draw takes in: data, parameters and noise."""
        return self._program.numbers + self.n_params + self.n_normal + self.n_uniform

    @property
    def spread(self) -> Tensor | None:
        """Standard deviations of random starts around `initial`, (n_params,); None without any."""
        name = f"{self._emitted.prefix}_spread"
        return self._program._call(name) if name in self._program._functions else None

    @property
    def param_names(self) -> tuple[str, ...]:
        """A readable name for each unconstrained parameter."""
        bound = self._program.bound
        return tuple(
            n for block in self._emitted.layout.blocks for n in coordinate_names(block, bound)
        )

    def elbo_and_gradient(
        self, params: Tensor, normal: Tensor, uniform: Tensor, baseline: Tensor, rng: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """ELBO of one draw, its gradient, and the rewards of the score-function draws.

        Shapes: params (*batch, n_params), normal (*batch, n_normal), uniform (*batch, n_uniform),
        baseline (*batch, n_sites) -> (*batch,), (*batch, n_params), (*batch, n_sites).
        """
        function = self._program._functions[f"{self._emitted.prefix}_elbo_and_gradient"]
        batch = params.shape[:-1]
        elbo, gradient, reward = function(
            params, normal, uniform, baseline, self._program._bound, batch, rng
        )
        return elbo, gradient, reward

    def draw(
        self, params: Tensor, normal: Tensor, uniform: Tensor, rng: Generator
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """Draws with log q and log p of each (nats)."""
        values, log_q, log_p = self._program._call_plain(
            f"{self._emitted.prefix}_draw",
            params, normal, uniform, self._program._bound, tuple(params.shape[:-1]), rng,
        )  # fmt: skip
        return values, log_q, log_p

    def constrained(self, params: Tensor) -> dict[str, Tensor]:
        """The guide's parameters in model space: name -> (*batch, *dims)."""
        result: dict[str, Tensor] = self._program._call(f"{self._emitted.prefix}_params", params)
        return result


def coordinate_names(block: Block, bound: Bound, given: Collection[Place] = ()) -> tuple[str, ...]:
    """Names of a block's unconstrained coordinates, with the labels of its dimensions.

    A probability vector has one fewer than it has elements: the last one goes without.

    Args:
        given: elements that are not free.
    """
    axes = [
        bound.labels[extent] if isinstance(extent, str) else range(1, extent + 1)
        for extent in block.shape
    ]
    if block.support.name is SupportName.SIMPLEX:
        axes[-1] = axes[-1][:-1]
    if block.support.name.is_matrix:
        return _names_of_triangle(block, axes)
    taken = {n for place in given for n in element_names(block.name, [(word,) for word in place])}
    return tuple(n for n in element_names(block.name, axes) if n not in taken)


def _free_names(block: Block, node: Node, bound: Bound) -> tuple[str, ...]:
    """Names of a block's coordinates; of a family that the data give in part, of the rest."""
    names = coordinate_names(block, bound, _given_places(node))
    match node.role:
        case Partly(observed=Present()):
            missing = set(_lacking(node, bound))
            return tuple(name for name in names if name in missing)
        case _:
            return names


def _lacking(node: Node, bound: Bound) -> tuple[str, ...]:
    """Names of the elements that the data do not have; of positions, those are below 0."""
    values = bound.tensors[node.name]
    gaps = torch.isnan(values) if values.is_floating_point() else values < 0
    axes = [bound.labels[e] if isinstance(e, str) else range(1, e + 1) for e in node.type.event]
    places = gaps.nonzero().tolist()
    words = ([(axis[i],) for axis, i in zip(axes, at, strict=True)] for at in places)
    return tuple(name for at in words for name in element_names(node.name, at))


def _names_of_triangle(block: Block, axes: Sequence[Sequence[str | int]]) -> tuple[str, ...]:
    """A matrix with a law has a coordinate for each number of its lower triangle, by rows."""
    diagonal = block.support.name in (SupportName.COV, SupportName.CHOLESKY_COV)
    labels = axes[-1]
    plates = product(*axes[:-2])
    return tuple(
        name
        for plate in plates
        for i, row in enumerate(labels)
        for column in labels[: i + diagonal]
        for name in element_names(block.name, [(word,) for word in (*plate, row, column)])
    )


def _given_places(node: Node) -> tuple[Place, ...]:
    """Elements of a family that are observed, or drawn forward afterwards."""
    match node.role:
        case Partly(observed=observed, barren=barren):
            seen = (e for e in (observed, barren) if e is not None)
            return tuple(place_of(labels) for e in seen for labels in e.labels)
        case _:
            return ()
