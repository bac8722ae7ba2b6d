"""Optimisers that ascend a flat parameter matrix in place, a row per restart.

Adam is written out: its fused kernel takes 2 microseconds a step where the optimiser object takes
10 to 30. Every other optimiser is torch's own, by name. A row can be stepped alone, so that one
restart can skip a bad step without the others noticing.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

import torch
from torch import Tensor

Kernel = Callable[[Tensor, Tensor, Tensor, Tensor, float, float, float, float], None]


class Optimiser(Protocol):
    """In-place ascent on the parameters it was made with, ``(restarts, n)``."""

    def step(self, gradient: Tensor, rate: float) -> None:
        """Move every restart; ``gradient`` is ``(restarts, n)`` and may be overwritten."""
        ...

    def step_row(self, row: int, gradient: Tensor, rate: float) -> None:
        """Move one restart; ``gradient`` is ``(n,)``."""
        ...

    def forget(self, row: int) -> None:
        """Start one restart's moments and counts afresh."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Everything but the parameters that the next step depends on, copied."""
        ...

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go back to a state from `state`."""
        ...


class UnknownOptimiserError(ValueError):
    """No optimiser has this name.

    Attributes:
        name: what was asked for.
        known: what could have been asked for.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """The message lists ``known``."""
        super().__init__(f"no optimiser is called `{name}`; known are {', '.join(known)}")
        self.name = name
        self.known = known


class Adam:
    r"""Adam (Kingma & Ba 2015, Algorithm 1), ascending.

    The bias corrections are folded into rate and epsilon on the host,
    :math:`\alpha_t = \alpha \sqrt{1-\beta_2^t}/(1-\beta_1^t)` and
    :math:`\epsilon_t = \epsilon \sqrt{1-\beta_2^t}`, which is exact and leaves no step counter in
    the kernel.
    """

    def __init__(
        self,
        params: Tensor,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        kernel: Kernel | None = None,
    ) -> None:
        """Adam over ``params`` ``(restarts, n)``; by default with `best_kernel`."""
        self._params = params
        self._moments = torch.zeros((2, *params.shape), dtype=params.dtype, device=params.device)
        self._first, self._second = self._moments.unbind(0)
        self._betas = (beta1, beta2)
        self._eps = eps
        self._counts = [0] * params.shape[0]
        self._kernel = kernel if kernel is not None else best_kernel()

    def step(self, gradient: Tensor, rate: float) -> None:
        """Move every restart: one kernel call while no restart has skipped a step."""
        counts = self._counts
        if counts.count(counts[0]) != len(counts):
            for row, part in enumerate(gradient.unbind(0)):
                self.step_row(row, part, rate)
            return
        self._counts = [counts[0] + 1] * len(counts)
        self._run(self._params, gradient, self._first, self._second, counts[0] + 1, rate)

    def step_row(self, row: int, gradient: Tensor, rate: float) -> None:
        """Move one restart and count its step."""
        self._counts[row] += 1
        first, second = self._first[row], self._second[row]
        self._run(self._params[row], gradient, first, second, self._counts[row], rate)

    def _run(
        self, params: Tensor, gradient: Tensor, first: Tensor, second: Tensor, t: int, rate: float
    ) -> None:
        beta1, beta2 = self._betas
        root = math.sqrt(1.0 - beta2**t)
        self._kernel(
            params, gradient, first, second,
            rate * root / (1.0 - beta1**t), self._eps * root, beta1, beta2,
        )  # fmt: skip

    def forget(self, row: int) -> None:
        """Start one restart's moments and count afresh."""
        self._moments[:, row] = 0.0
        self._counts[row] = 0

    def state(self) -> dict[str, Tensor]:
        """Moments ``(2, restarts, n)`` and step counts ``(restarts,)``."""
        return {"moments": self._moments.clone(), "counts": torch.tensor(self._counts)}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go back to a state from `state`."""
        self._moments.copy_(state["moments"])
        self._counts = [int(count) for count in state["counts"]]


def plain_kernel(
    params: Tensor,
    gradient: Tensor,
    first: Tensor,
    second: Tensor,
    rate: float,
    eps: float,
    beta1: float,
    beta2: float,
) -> None:
    """Adam's update in public torch operations; 8 microseconds for a small vector."""
    first.lerp_(gradient, 1.0 - beta1)
    second.mul_(beta2).addcmul_(gradient, gradient, value=1.0 - beta2)
    params.addcdiv_(first, second.sqrt().add_(eps), value=rate)


def best_kernel() -> Kernel:
    """The fused kernel where this torch has it (it is private to torch), else `plain_kernel`."""
    fused = getattr(torch, "_fused_adam_", None)
    if fused is None:
        return plain_kernel
    # So many steps that the kernel's own bias corrections are exactly one.
    done = [torch.tensor(1e9)]

    def kernel(
        params: Tensor,
        gradient: Tensor,
        first: Tensor,
        second: Tensor,
        rate: float,
        eps: float,
        beta1: float,
        beta2: float,
    ) -> None:
        fused(
            [params], [gradient], [first], [second], [], done,
            lr=rate, beta1=beta1, beta2=beta2, weight_decay=0.0, eps=eps,
            amsgrad=False, maximize=True,
        )  # fmt: skip

    return kernel


class TorchOptimiser:
    """Any gradient-only class of ``torch.optim``, one instance per restart."""

    def __init__(
        self, make: type[torch.optim.Optimizer], params: Tensor, options: Mapping[str, float]
    ) -> None:
        """One ``make([row], **options)`` for every row of ``params``."""
        # The parameters share the rows' memory, so the optimiser moves the rows themselves.
        self._rows = [torch.nn.Parameter(row, requires_grad=False) for row in params.unbind(0)]
        # The classes of torch.optim agree on keyword options but declare no common constructor.
        plain = without_compiler(make)
        self._inner: list[torch.optim.Optimizer] = [plain([row], **options) for row in self._rows]  # type: ignore[arg-type]

    def step(self, gradient: Tensor, rate: float) -> None:
        """Move every restart."""
        for row, part in enumerate(gradient.unbind(0)):
            self.step_row(row, part, rate)

    def step_row(self, row: int, gradient: Tensor, rate: float) -> None:
        """Move one restart; torch's optimisers descend, so they are given the negative."""
        inner = self._inner[row]
        inner.param_groups[0]["lr"] = rate
        self._rows[row].grad = gradient.neg()
        inner.step()

    def forget(self, row: int) -> None:
        """Start one restart's instance afresh."""
        self._inner[row].state.clear()

    def state(self) -> dict[str, Tensor]:
        """Each instance's state under ``row.name``."""
        return {
            f"{row}.{name}": torch.as_tensor(value).clone()
            for row, inner in enumerate(self._inner)
            for name, value in inner.state[self._rows[row]].items()
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go back to a state from `state`."""
        for row, inner in enumerate(self._inner):
            inner.state[self._rows[row]] = {
                name.split(".", 1)[1]: value.clone()
                for name, value in state.items()
                if name.startswith(f"{row}.")
            }


_Class = TypeVar("_Class", bound=torch.optim.Optimizer)


def without_compiler(make: type[_Class]) -> type[_Class]:
    """The same optimiser, whose methods do not import torch's compiler.

    torch decorates ``add_param_group`` and ``step`` with notices to its compiler, and the first
    call of either loads all of it: two seconds of processor time for nothing, as the loop is not
    compiled. The functions inside the decorators are the same; they count on gradients being off,
    which the loop sees to. Where a version of torch decorates otherwise, nothing changes.
    """
    inner = {name: inspect.unwrap(getattr(make, name)) for name in ("add_param_group", "step")}
    return cast("type[_Class]", type(make.__name__, (make,), inner))


# They need a closure, sparse gradients or matrices; the loop has none of these.
_UNUSABLE = frozenset({"LBFGS", "SparseAdam", "Muon", "Optimizer"})


def known_optimisers() -> tuple[str, ...]:
    """Names that `make_optimiser` accepts, in lower case, sorted."""
    return tuple(sorted(_torch_classes()))


def make_optimiser(
    name: str, params: Tensor, options: Mapping[str, float] | None = None
) -> Optimiser:
    """The optimiser of this name over ``params`` ``(restarts, n)``, which it moves in place.

    Args:
        name: ``adam``, or any gradient-only class of ``torch.optim`` in any case.
        options: as the class takes them; for ``adam``: beta1, beta2, eps.

    Raises:
        UnknownOptimiserError: there is no such class.
        TypeError: the optimiser has no such option.
    """
    classes = _torch_classes()
    given: dict[str, Any] = dict(options or {})
    if name.lower() == "adam":
        return Adam(params, **given)
    if name.lower() not in classes:
        raise UnknownOptimiserError(name, tuple(sorted(classes)))
    return TorchOptimiser(classes[name.lower()], params, given)


def _torch_classes() -> dict[str, type[torch.optim.Optimizer]]:
    found: Sequence[object] = [vars(torch.optim)[name] for name in sorted(vars(torch.optim))]
    return {
        item.__name__.lower(): item
        for item in found
        if isinstance(item, type)
        and issubclass(item, torch.optim.Optimizer)
        and item.__name__ not in _UNUSABLE
    }
