"""Running values of the target: print them as a module, execute it, call it."""

from collections.abc import Callable, Mapping

import torch
from nacre.compiler.printer import Function, print_module
from nacre.compiler.printer.function import Outputs
from nacre.compiler.target import Builder

DATA: Mapping[str, torch.Tensor] = {}


def text_of(
    b: Builder, outputs: Outputs, args: tuple[str, ...] = (), *, fast: bool = False
) -> str:
    """The module with one function ``f(*args, bound, batch, rng)``."""
    f = Function("f", (*args, "bound", "batch", "rng"), "Test.", outputs, fast=fast)
    return print_module("A test.", [f], b).text


def compiled(
    b: Builder,
    outputs: Outputs,
    args: tuple[str, ...] = (),
    *,
    data: Mapping[str, torch.Tensor] = DATA,
    sizes: Mapping[str, int] | None = None,
    batch: tuple[int, ...] = (),
    dtype: torch.dtype = torch.float64,
    seed: int = 0,
    fast: bool = False,
) -> Callable[..., object]:
    """The function of ``args`` alone, its data bound."""
    scope: dict[str, object] = {}
    exec(compile(text_of(b, outputs, args, fast=fast), "<emitted>", "exec"), scope)
    bound = scope["bind"](data, sizes or {}, {}, dtype)
    f = scope["f"]

    def call(*tensors: torch.Tensor) -> object:
        return f(*tensors, bound, batch, torch.Generator().manual_seed(seed))

    return call
