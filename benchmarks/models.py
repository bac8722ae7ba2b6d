"""Generated models of any length, in shapes that stress different parts of the front end."""

from collections.abc import Callable, Mapping


def chain(n: int) -> str:
    """One long chain of numbers: the deepest graph."""
    links = [f"x{i} ~ Normal(0.5 * x{i - 1} + 1, 1.5)" for i in range(1, n - 1)]
    return _text(["x0 ~ Normal(0, 1)", *links, f"observe x{n - 2} = 1.5"])


def plates(n: int) -> str:
    """Families over data, derived families and reductions, four statements a group."""
    lines = ["dim row", "data y[row]: real", "data x[row]: real", "m0[i in row] = x[i]"]
    while len(lines) < n - 2:
        k, before = len(lines), _last(lines)
        lines += [
            f"a{k} ~ Normal(0, 10)",
            f"b{k}[i in row] ~ Normal(a{k}, exp(0.1 * x[i]))",
            f"s{k} = mean(b{k})",
            f"m{k}[i in row] = a{k} + b{k}[i] * {before}[i] + s{k}",
        ]
    lines += ["sigma ~ HalfNormal(1)", f"y[i in row] ~ Normal({_last(lines)}[i], sigma)"]
    return _text(lines)


def mixed(n: int) -> str:
    """Numbers, bounded ones, vectors, gathers, conditionals and observations in turn."""
    lines = ["dim row, group", "data of[row]: group", "data x[row]: real"]
    while len(lines) < n - 6:
        k = len(lines)
        lines += [
            f"mu{k} ~ Normal(0, 5)",
            f"tau{k} ~ HalfNormal(2)",
            f"p{k} ~ Beta(2, 3)",
            f"data prior{k}[group]: positive",
            f"theta{k}[group] ~ Dirichlet(prior{k})",
            f"effect{k}[g in group] ~ Normal(mu{k}, tau{k})",
            f"mean{k}[i in row] = if x[i] > 0 then effect{k}[of[i]] else p{k} * x[i]",
            f"data y{k}[row]: real",
            f"y{k}[i in row] ~ Normal(mean{k}[i] + theta{k}[of[i]], exp(0.1 * mu{k}))",
        ]
    return _text(lines)


def _last(lines: list[str]) -> str:
    return next(line.split("[")[0] for line in reversed(lines) if line.startswith("m"))


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


SHAPES: Mapping[str, Callable[[int], str]] = {"chain": chain, "plates": plates, "mixed": mixed}
