"""Rows of the families of ordered labels: where a latent number falls between cutpoints."""

from ..types import SupportName
from .row import Family, Form, Parameter

_ETA, _CUTPOINTS = Parameter("eta"), Parameter("cutpoints", event=1, steps=True)

# the ends of the label's interval, and whether it has none: at the outer labels one of them is
# another's, and only stands in
_UPPER = "(at(cutpoints, minimum(x, len(cutpoints) - 1)) - eta)"
_LOWER = "(at(cutpoints, maximum(x - 1, 0)) - eta)"
_LAST = "x == len(cutpoints)"
_OUTER = f"(if x == 0 then 1 else {_LAST})"

# sigmoid(u) - sigmoid(l) = sigmoid(u) sigmoid(-l) (1 - e^(l - u)), whose digits never cancel
_LOGISTIC = (
    f"(if {_LAST} then 0 else log_sigmoid{_UPPER}) + (if x == 0 then 0 else log_sigmoid(-{_LOWER}))"
    f" + (if {_OUTER} == 1 then 0"
    f" else log1m_exp(if {_OUTER} == 1 then -1 else {_LOWER} - {_UPPER}))"
)

# Phi(u) - Phi(l), where both are positive of -l and -u: there both probabilities are near 1
_FAR = f"(if {_LOWER} > 0 then -{_LOWER} else {_UPPER})"
_NEAR = f"(if {_LOWER} > 0 then -{_UPPER} else {_LOWER})"
_PROBIT = (
    f"if x == 0 then log_Phi{_UPPER} else if {_LAST} then log_Phi(-{_LOWER})"
    f" else log_Phi{_FAR}"
    f" + log1m_exp(if {_OUTER} == 1 then -1 else log_Phi{_NEAR} - log_Phi{_FAR})"
)

ORDINAL = tuple(
    Family(
        name,
        name.lower(),
        (Form("", (_ETA, _CUTPOINTS), density),),
        SupportName.INDEX,
        cdf=f"if {_LAST} then 1 else {up_to}{_UPPER}",
        survival=f"if {_LAST} then 0 else {up_to}(-{_UPPER})",
        states="len(cutpoints) + 1",
    )
    for name, density, up_to in (
        ("OrderedLogistic", _LOGISTIC, "sigmoid"),
        ("OrderedProbit", _PROBIT, "Phi"),
    )
)
