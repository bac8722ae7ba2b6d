"""A compiled model: what people hold in their hands in Python."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor, nn

from ..compiler import driver
from ..compiler.facts import Facts, facts
from ..compiler.graph import ModelGraph
from ..compiler.networks import is_weight
from ..compiler.query import Target, Verb, outside
from ..compiler.rewrite.prune import Pruned
from ..compiler.stepwise import arrays_in_steps
from ..grammar.diagnostic import Diagnostic, Rejected
from ..grammar.source import Source
from .asked import check_seed
from .complaints import query as complaints
from .data import Bound, bind_data
from .label_values import to_labels, to_positions
from .posterior import element_names
from .program import Program
from .source_file import read_source
from .supplied import called, checked, starts
from .tables import beside
from .targets import spread
from .version import VERSION

if TYPE_CHECKING:
    from .fit import Fit

T = TypeVar("T")
Row = Mapping[str, object]
Data = Mapping[str, object] | str | Path | Sequence[str | Path] | Sequence[Row] | None


@dataclass(frozen=True)
class Model:
    """A model with its evidence and interventions; immutable.

    `condition`, `do`, `scenario` and `uncondition` return new models; values given to them are
    bound with the data, so that another observation compiles nothing again.

    Attributes:
        graph: the dependency graph.
        given: values that came from outside, by key.
        steps: how this model was made from its file, as calls, for the record.
        warnings: what the checker advises.
        networks: modules that stand for networks of the model, by name.
    """

    graph: ModelGraph
    given: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    networks: Mapping[str, nn.Module] = field(default_factory=dict)

    # --- making ---------------------------------------------------------------------------------

    @classmethod
    def compile(cls, text: str, name: str = "<model>") -> "Model":
        """Compile a text.

        Raises:
            Rejected: with every complaint, each pointing into the text.
        """
        checked = driver.front(Source(name, text))
        return cls(driver.graph_of(checked), warnings=checked.warnings)

    # --- rewriting ------------------------------------------------------------------------------

    def condition(self, values: Mapping[str, object] | None = None, /, **named: object) -> "Model":
        """p(. | x = v): the values are given, and their terms stay.

        Args:
            values: by name; ``{"dose": {3: 0.0}}`` or ``{"dose[3]": 0.0}`` for single elements.
            named: the same as keywords.

        Raises:
            Rejected: Q6xx, for unknown names and what cannot be conditioned on.
        """
        asked = spread({**(values or {}), **named})
        keys = outside(Verb.CONDITION, asked)
        return self._with(driver.conditioned(self.graph, keys), asked, Verb.CONDITION)

    def do(self, values: Mapping[str, object] | None = None, /, **named: object) -> "Model":
        """p(. | do(x = v)): children read the value; parents no longer explain it."""
        asked = spread({**(values or {}), **named})
        keys = outside(Verb.DO, asked)
        return self._with(driver.intervened(self.graph, keys), asked, Verb.DO)

    def uncondition(self, *names: str) -> "Model":
        """The model without the evidence on these variables, the file's own included."""
        graph = driver.freed(self.graph, names)
        return replace(self, graph=graph, steps=(*self.steps, f"uncondition({', '.join(names)})"))

    def without(self, *factors: str) -> "Model":
        """The model without these factors: their terms are gone, all variables stay.

        Raises:
            Rejected: Q633.
        """
        graph = driver.without_factors(self.graph, factors)
        return replace(self, graph=graph, steps=(*self.steps, f"without({', '.join(factors)})"))

    def scenario(self, name: str) -> "Model":
        """The model with one of its scenarios applied."""
        graph = driver.in_scenario(self.graph, name)
        return replace(self, graph=graph, steps=(*self.steps, f"scenario({name})"))

    def with_networks(self, networks: Mapping[str, nn.Module]) -> "Model":
        """The model with modules for the networks that it declares without `=`.

        A module is copied when data are bound: what is fitted is the copy's weights, from those of
        the module on. `Fit.networks` gives the copy.

        Raises:
            Rejected: Q698 for another name, Q699 for what is no module.
        """
        found = self._pointing(lambda: checked(self.graph.networks, networks))
        return replace(self, networks={**self.networks, **found})

    def _with(self, graph: ModelGraph, asked: Mapping[Target, object], verb: Verb) -> "Model":
        given = {**self.given, **{f"{verb.value}:{t}": v for t, v in asked.items()}}
        step = f"{verb.value}({', '.join(f'{t} = {v}' for t, v in asked.items())})"
        return replace(self, graph=graph, given=given, steps=(*self.steps, step))

    # --- looking --------------------------------------------------------------------------------

    @property
    def source(self) -> Source:
        """The text it was compiled from."""
        return self.graph.source

    @cached_property
    def facts(self) -> Facts:
        """Variables with their roles, dimensions, supports and parents."""
        return facts(self.graph)

    @cached_property
    def code(self) -> str:
        """The torch source, a standalone module: what ``nacre compile`` writes.

        Discrete latent variables are summed out in it, unless a guide draws them or the order in
        which they are summed out waits for the data: `fit.code` is what was fitted.
        """
        return driver.emit(
            self.graph,
            header=self.header,
            cut=driver.summed_out(self.graph),
            guides=tuple(self.graph.guides),
        ).module.text

    @property
    def header(self) -> str:
        """First line of the generated module."""
        digest = sha256(self.source.text.encode()).hexdigest()[:16]
        return f"Generated by Nacre {VERSION} from {self.source.name} (sha256 {digest})."

    # --- computing ------------------------------------------------------------------------------

    def program(
        self,
        data: Data = None,
        *,
        cut: Pruned | None = None,
        guides: Collection[str] = (),
        dtype: torch.dtype = torch.float64,
        simulated: bool = False,
    ) -> Program:
        """Generated code with data bound, as functions of tensors.

        Args:
            data: file names, or values by name.
            cut: what inference is about (`driver.pruned`); by default the whole model.
            guides: guides to emit with it.
            dtype: of every floating-point number.
            simulated: whether only `Program.simulate` will be called: data that are drawn may then
                be left out.

        Raises:
            Rejected: D4xx for the data, Q6xx for given values.
        """
        graph = cut.graph if cut else self.graph
        emission = driver.emit(self.graph, header=self.header, cut=cut, guides=guides)
        bound = self._bound(data, guides, dtype, simulated)
        supplied = self._pointing(
            lambda: called(self.graph.networks, self.networks, bound.sizes, dtype)
        )
        return Program(graph, emission, bound, dtype, supplied)

    def _bound(
        self,
        data: Data,
        guides: Collection[str] = (),
        dtype: torch.dtype = torch.float64,
        simulated: bool = False,
    ) -> Bound:
        """The data, and what the weights of modules start from, bound to the declarations."""
        networks = self.graph.networks
        raw = read(data)
        if any(n.layers is None for n in networks):
            own = self._pointing(lambda: starts(networks, self.networks, guides))
            raw = beside(raw, own)
        live = self._live_values()
        return bind_data(self.graph, raw, outside=live, dtype=dtype, simulated=simulated)

    def _pointing(self, compute: Callable[[], T]) -> T:
        """The result; what is refused points into the model's text."""
        try:
            return compute()
        except Rejected as refused:
            raise Rejected(refused.diagnostics, self.source) from None

    def _live_values(self) -> dict[str, object]:
        """Given values that the graph still reads: a later one may have replaced an earlier."""
        return {k: v for k, v in self.given.items() if k in driver.keys_read(self.graph)}

    def sizes(self, data: Data = None) -> Mapping[str, int]:
        """Length of every dimension, with these data."""
        return self._bound(data).sizes

    def log_density(self, values: Mapping[str, Any], data: Data = None) -> Tensor:
        """Joint log density (nats) in model space; differentiable, and batched.

        Args:
            values: every latent variable, ``(*batch, *dimensions)``; labels that are numbers as
                these numbers, labels that are words as positions from 0.

        Returns:
            ``(*batch,)``.

        Raises:
            Rejected: Q678, a latent variable without a value; D4xx for the data.
        """
        program = self.program(data)
        inside = to_positions(as_tensors(values), self.graph.nodes, program.bound.labels)
        return program.log_density(inside)

    def simulate(
        self, n: int = 1000, data: Data = None, *, seed: int = 0, dtype: torch.dtype = torch.float64
    ) -> dict[str, Tensor]:
        """Independent forward draws of every variable, observed ones included.

        Data that are observed are drawn, and need not be given unless something else reads them;
        the lengths of dimensions then come as entries of their own (``{"row": 20}``). Elements that
        no statement explains are taken from the data.

        A `param` has its starting value; the weights of networks are drawn once, as for a fit.

        Returns:
            name -> ``(n, *dimensions)``; labels that are numbers as these numbers, labels that are
            words as positions from 0.

        Raises:
            Rejected: Q632 for a factor; Q673, when a variable has no proper distribution to draw
                from; Q679.
        """
        if blocked := driver.unsimulable(self.graph):
            arrays = arrays_in_steps(self.graph)
            said = [complaints.cannot_simulate(n, arrays.get(n.name)) for n in blocked]
            raise Rejected(said, self.source)
        check_seed(seed)
        rng = torch.Generator().manual_seed(seed)
        program = self.program(data, dtype=dtype, simulated=True)
        drawn = program.simulate((n,), rng, program.starting_params(rng))
        shown = {name: v for name, v in drawn.items() if not is_weight(name)}
        return to_labels(shown, self.graph.nodes, program.bound.labels)

    def labels(self, data: Data = None) -> Mapping[str, tuple[str | int, ...]]:
        """The labels of every dimension, in order."""
        return self._bound(data, simulated=True).labels

    def element_names(self, name: str, data: Data = None) -> tuple[str, ...]:
        """One name per number of a variable: ``alpha[AITKIN]``, …, last axis fastest."""
        known = self.labels(data)
        extents = self.graph.nodes[name].type.event
        labels = [known[e] if isinstance(e, str) else range(1, e + 1) for e in extents]
        return element_names(name, labels)

    def fit(
        self, data: Data = None, *, networks: Mapping[str, nn.Module] | None = None, **settings: Any
    ) -> "Fit":
        """Fit the model; see `nacre.runtime.fitting.fit` for the settings.

        Args:
            networks: modules for the networks that the model declares and does not build, see
                `with_networks`.
        """
        from .fitting import fit

        return fit(self.with_networks(networks) if networks else self, data, **settings)


def compile(text: str, name: str = "<model>") -> Model:
    """Compile the text of a model.

    Raises:
        Rejected: with every complaint, each pointing into the text.
    """
    return Model.compile(text, name)


def load(path: str | PathLike[str]) -> Model:
    """Compile a model file.

    Raises:
        Rejected: when it cannot be read, or with every complaint about it.
    """
    source = read_source(str(path))
    return Model.compile(source.text, source.name)


def read(data: Data) -> Any:
    """Values by name, from files where file names are given; rows and tables as they are."""
    from .readers import read_data

    if data is None:
        return {}
    if isinstance(data, str | Path):
        return read_data([Path(data)])
    if isinstance(data, Sequence):
        files = [Path(p) for p in data if isinstance(p, str | Path)]
        return read_data(files) if len(files) == len(data) else data
    return data


def as_tensors(values: Mapping[str, Any]) -> dict[str, Tensor]:
    """Numbers and arrays as tensors; tensors as they are."""
    return {
        k: v if isinstance(v, Tensor) else torch.as_tensor(v, dtype=torch.float64)
        for k, v in values.items()
    }
