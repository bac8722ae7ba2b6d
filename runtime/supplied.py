"""Modules of torch as networks of a model: their weights in one vector, their derivative by torch.

A module is copied, and computes as in evaluation mode: what it gives depends on its arguments and
weights alone. It is called with one matrix for each argument, ``(rows, length)``, where a single
number has the length 1, and gives ``(rows, *outputs)``, or the same with its outputs in one axis.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from math import prod

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..compiler.networks import Network
from ..grammar.diagnostic import Diagnostic, Rejected
from .complaints import networks as complaints


def flat_weights(module: nn.Module) -> Tensor:
    """All parameters of a module in one vector, in the module's own order; a copy."""
    parts = [p.detach().reshape(-1) for p in module.parameters()]
    return torch.cat(parts).clone() if parts else torch.empty(0)


def with_weights(module: nn.Module, flat: Tensor) -> nn.Module:
    """A copy of a module with other weights: the inverse of `flat_weights`."""
    copy = deepcopy(module)
    parameters = list(copy.parameters())
    pieces = torch.split(flat.detach(), [p.numel() for p in parameters])
    with torch.no_grad():
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.copy_(piece.reshape(parameter.shape))
    return copy


def checked(networks: Sequence[Network], modules: Mapping[str, object]) -> Mapping[str, nn.Module]:
    """Modules by the names of networks that wait for one.

    Raises:
        Rejected: Q698, Q699.
    """
    waiting = list(dict.fromkeys(n.name for n in networks if n.layers is None))
    for name, module in modules.items():
        if name not in waiting:
            raise Rejected([complaints.network_unknown(name, waiting)])
        if not isinstance(module, nn.Module):
            raise Rejected([complaints.not_a_module(name, type(module).__name__)])
    return {name: module for name, module in modules.items() if isinstance(module, nn.Module)}


def starts(
    networks: Sequence[Network], modules: Mapping[str, nn.Module], guides: Collection[str]
) -> dict[str, object]:
    """The data from which their weights start; nothing for a guide that takes no part.

    Raises:
        Rejected: Q697.
    """
    found: dict[str, object] = {}
    for network in networks:
        if network.layers is not None:
            continue
        if network.name in modules:
            found[network.start] = flat_weights(modules[network.name]).double().numpy()
        elif network.owner and network.owner not in guides:
            found[network.start] = []
        else:
            raise Rejected([complaints.network_missing(network)])
    return found


def called(
    networks: Sequence[Network],
    modules: Mapping[str, nn.Module],
    sizes: Mapping[str, int],
    dtype: torch.dtype,
) -> dict[str, "Supplied"]:
    """What generated code finds beside the data: a function for every module.

    Raises:
        Rejected: R530.
    """
    return {
        f"{n.key}()": Supplied(n, modules[n.name], sizes, dtype)
        for n in networks
        if n.layers is None and n.name in modules
    }


class Supplied:
    """A module as generated code calls it; see `compiler.target.rows.networks`."""

    def __init__(
        self, network: Network, module: nn.Module, sizes: Mapping[str, int], dtype: torch.dtype
    ) -> None:
        """Copy the module and try it on zeros.

        Raises:
            Rejected: R530 where it fails, or gives another shape than the model declares.
        """
        self._module = deepcopy(module).to(dtype).eval()
        named = list(self._module.named_parameters())
        self._names = [name for name, _ in named]
        self._shapes = [p.shape for _, p in named]
        self._buffers = dict(self._module.named_buffers())
        self._events = [int(d != 1) for d in network.inputs]
        self._outputs = tuple(sizes[str(d)] for d in network.outputs)
        lengths = [1 if d == 1 else sizes[str(d)] for d in network.inputs]
        self._try(network, [torch.zeros(2, n, dtype=dtype) for n in lengths])

    def _try(self, network: Network, args: Sequence[Tensor]) -> None:
        flat = flat_weights(self._module)
        problem: Diagnostic | None = None
        try:
            with torch.no_grad():
                found = tuple(self._called(flat, args).shape)
        except Exception as error:  # whatever a module of somebody else's does
            shapes = [tuple(a.shape) for a in args]
            problem = complaints.module_fails(network, shapes, str(error))
        else:
            if found[:1] != (2,) or found[1:] not in self._fitting():
                problem = complaints.module_gives(network, found, (2, *self._outputs))
        if problem is not None:
            raise Rejected([problem])

    def _fitting(self) -> tuple[tuple[int, ...], ...]:
        flat = (prod(self._outputs),)
        return (self._outputs, flat)

    def __call__(self, weights: Tensor, *args: Tensor, rank: int) -> Tensor:
        """What the module gives.

        Args:
            weights: ``(*batch, n)``.
            args: each ``(*batch, *axes, length)``, or ``(*batch, *axes)`` for a single number;
                batch and axes broadcast, and an argument may lack the batch.
            rank: number of axes.

        Returns:
            ``(*batch, *axes, *outputs)``.
        """
        ranks = [rank + event for event in self._events]
        leads = [a.shape[: a.dim() - r] for a, r in zip(args, ranks, strict=True)]
        batch = _broadcast(weights.shape[:-1], *leads)
        axes = _broadcast(
            *(a.shape[len(lead) : len(lead) + rank] for a, lead in zip(args, leads, strict=True))
        )
        rows, dims = [], []
        for a, lead, event in zip(args, leads, self._events, strict=True):
            length = a.shape[-1] if event else 1
            own = a if event else a[..., None]
            wide = own.expand(*(batch if lead else ()), *axes, length)
            rows.append(wide.reshape(*((prod(batch),) if lead else ()), prod(axes), length))
            dims.append(0 if lead else None)
        if not batch:
            found = self._called(weights, rows)
        else:
            flat = weights.expand(*batch, weights.shape[-1]).reshape(prod(batch), -1)
            each = torch.func.vmap(lambda w, *xs: self._called(w, xs), in_dims=(0, *dims))
            found = each(flat, *rows)
        return found.reshape(*batch, *axes, *self._outputs)

    def back(
        self, adjoint: Tensor, weights: Tensor, *args: Tensor, rank: int
    ) -> tuple[Tensor, ...]:
        """Adjoints of the weights and of each argument, in their shapes."""
        # tensors of inference mode cannot be recorded; their copies can
        with torch.inference_mode(False), torch.enable_grad():
            given = [x.clone() if x.is_inference() else x for x in (adjoint, weights, *args)]
            g, *operands = given
            pull = torch.func.vjp(lambda w, *xs: self(w, *xs, rank=rank), *operands)
            found: tuple[Tensor, ...] = pull[1](g)
        return found

    def _called(self, flat: Tensor, args: Sequence[Tensor]) -> Tensor:
        pieces = torch.split(flat, [s.numel() for s in self._shapes])
        own = {
            name: piece.reshape(shape)
            for name, piece, shape in zip(self._names, pieces, self._shapes, strict=True)
        }
        found: Tensor = functional_call(self._module, {**own, **self._buffers}, tuple(args))
        return found


def _broadcast(*shapes: Sequence[int]) -> tuple[int, ...]:
    return tuple(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]
