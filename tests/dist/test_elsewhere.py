"""What other systems call our families."""

import pytest
from nacre.compiler.composite import CALLED
from nacre.compiler.families import FAMILIES
from nacre.compiler.families.elsewhere import ELSEWHERE, known_as


@pytest.mark.parametrize(("theirs", "ours"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_every_foreign_name_leads_to_a_family(theirs, ours):
    name, _, arguments = ours.partition("(")
    assert theirs not in {f.lower() for f in (*FAMILIES, *CALLED)}
    if name in CALLED:  # made of others, written out
        return
    assert name in FAMILIES
    named = {a.split(" = ")[0] for a in arguments.rstrip(")").split(", ") if " = " in a}
    forms = [{p.name for p in form.params} for form in FAMILIES[name].forms]
    assert any(named <= params for params in forms)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("neg_binomial_2", "NegativeBinomial"),
        ("double_exponential", "Laplace"),
        ("MultivariateNormal", "MvNormal"),
        ("Wald", "InverseGaussian"),
        ("norm", "Normal"),
        ("Wibble", None),
    ],
)
def test_names_are_read_without_case_and_underscores(theirs, ours):
    assert known_as(theirs) == ours
