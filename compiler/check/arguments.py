"""Arguments of a distribution: which form they choose, and what each must be."""

from math import inf

from ...grammar import tree
from .. import complaints, typed
from ..families import Family, Form, Parameter
from ..types import Bounds, Kind
from .binders import whole_number_needed
from .context import Context, Nature, Scope, Symbol, is_constant, walk
from .expressions import expression
from .operators import as_number, position_as_number
from .supports import constant
from .teach import restricted, retyped

_ROUNDING = 1e-6  # how far written probabilities may be from adding up to 1


def choose_form(ctx: Context, family: Family, call: tree.Call, scope: Scope) -> Form | None:
    """The parametrisation that has every argument that was named: the first, if several have."""
    if not call.named:
        return family.forms[0]
    named = [name for name, _ in call.named]
    known = {p.name for form in family.forms for p in form.params}
    for name in named:
        if name.id not in known:
            ctx.complain(complaints.unknown_argument(name.span, family, name.id), scope)
            return None
    for form in family.forms:
        if {n.id for n in named} <= {p.name for p in form.params}:
            return form
    ctx.complain(complaints.mixed_forms(call.span, family, [n.id for n in named]), scope)
    return None


def bind_arguments(
    ctx: Context, family: Family, form: Form, call: tree.Call, scope: Scope
) -> dict[str, tree.Expr] | None:
    """Which parameter each argument is for; positional ones come first, in the form's order."""
    names = [p.name for p in form.params]
    if len(call.args) > len(names):
        extra = call.args[len(names)]
        ctx.complain(complaints.too_many_arguments(extra.span, family, form, len(call.args)), scope)
        return None
    bound = dict(zip(names, call.args, strict=False))
    for name, value in call.named:
        if name.id in bound:
            ctx.complain(
                complaints.argument_twice(name.span, family, name.id, bound[name.id].span), scope
            )
            return None
        bound[name.id] = value
    for p in form.params:
        if p.name not in bound and p.default is None:
            ctx.complain(complaints.missing_argument(call.span, family, form, p.name), scope)
            return None
    return bound


def type_arguments(
    ctx: Context, form: Form, bound: dict[str, tree.Expr], call: tree.Call, scope: Scope
) -> dict[str, typed.Expr] | None:
    """Each argument typed, defaults filled in; kinds are judged here, values and shapes later."""
    args: dict[str, typed.Expr] = {}
    for p in form.params:
        if p.name in bound:
            found = expression(ctx, bound[p.name], scope)
            arg = None if found is None else as_number(ctx, found)
            if arg is not None and _kind_fits(ctx, p, arg, scope):
                args[p.name] = arg
        else:
            assert p.default is not None, "missing arguments are refused before"
            args[p.name] = constant(float(p.default), call.callee.span)
    return args if len(args) == len(form.params) else None


def _kind_fits(ctx: Context, p: Parameter, arg: typed.Expr, scope: Scope) -> bool:
    if arg.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, arg), scope)
        return False
    if p.whole and arg.type.kind is Kind.REAL:
        ctx.complain(whole_number_needed(ctx, arg, f"`{p.name}`", scope), scope)
        return False
    return True


def judge_values(
    ctx: Context, family: Family, form: Form, args: dict[str, typed.Expr], scope: Scope
) -> bool:
    """Refuse arguments that cannot be right, warn about those that may turn out wrong."""
    right = True
    for p in form.params:
        arg = args[p.name]
        if arg.type.bounds.apart(p.bounds):
            ctx.complain(
                complaints.parameter_outside(
                    arg.span, family.name, p, ctx.source.quote(arg.span), arg.type.bounds
                ),
                scope,
            )
            right = False
        elif not arg.type.bounds.within(p.bounds):
            _warn(ctx, family, p, arg, scope)
        elif p.simplex and isinstance(arg, typed.Stack) and all(map(is_constant, arg.items)):
            values = [i.type.bounds.low for i in arg.items]
            if abs(sum(values) - 1) > _ROUNDING:
                ctx.complain(complaints.not_a_simplex(arg.span, family.name, p.name, values), scope)
                right = False
    return right


def _warn(ctx: Context, family: Family, p: Parameter, arg: typed.Expr, scope: Scope) -> None:
    """A parameter that may leave its domain, with the declaration that would keep it inside."""
    symbol = None
    reads = {e.name for e in walk(arg) if isinstance(e, typed.Var)}
    plain = arg.base if isinstance(arg, typed.Element) else arg
    if isinstance(plain, typed.Var) and len(reads) >= 1:
        symbol = scope.values.get(plain.name)
    declared = (symbol.name, symbol.span) if symbol else None
    written = ctx.source.quote(arg.span)
    instead = _instead(ctx, family, p, written, symbol)
    ctx.complain(
        complaints.may_leave(arg.span, family.name, p, arg.type.bounds, written, declared, instead),
        scope,
    )


def _instead(
    ctx: Context, family: Family, p: Parameter, written: str, symbol: Symbol | None
) -> str | None:
    """Another form of the family, or another statement for what is read."""
    other = _unbounded_form(family, p)
    if other is not None:
        return f"{other} = {written}"
    if symbol is None:
        return None
    if symbol.nature in (Nature.DATA, Nature.PARAM):
        word = "positive" if p.bounds.high == inf else "unit"
        return retyped(ctx, symbol, "count" if p.whole else word)
    if symbol.nature is Nature.RANDOM and p.bounds.low == 0:
        return restricted(ctx, symbol, f"({p.bounds.low:g}, {p.bounds.high:g})")
    return None


def _unbounded_form(family: Family, p: Parameter) -> str | None:
    """A keyword that takes any real number in place of a bounded parameter."""
    for form in family.forms[1:]:
        replaced = p.name not in {q.name for q in form.params}
        if replaced and any(q.name == form.name and q.bounds == Bounds() for q in form.params):
            return form.name
    return None
