"""Running values of the target: print them as a module, execute it, call it."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from nacre.compiler.printer import Function, print_module
from nacre.compiler.printer.function import Outputs
from nacre.compiler.target import Builder

DATA: Mapping[str, torch.Tensor] = {}


def text_of(b: Builder, outputs: Outputs, args: tuple[str, ...] = (), *, fast: bool = False) -> str:
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
) -> Callable[..., Any]:
    """The function of ``args`` alone, its data bound; every call starts from the same seed."""
    scope: dict[str, Any] = {}
    exec(compile(text_of(b, outputs, args, fast=fast), "<emitted>", "exec"), scope)
    bound = scope["bind"](data, sizes or {}, {}, dtype)
    f = scope["f"]
    rng = torch.Generator()
    start = rng.manual_seed(seed).get_state()

    def call(*tensors: object) -> Any:
        rng.set_state(start)
        return f(*tensors, bound, batch, rng)

    # for torch.compile, which cannot trace the state of a generator
    call.pure = lambda *tensors: f(*tensors, bound, batch, None)
    return call
