"""The reference evaluator covers the whole language, and is right where a pencil can check it."""

import pytest
from nacre.compiler import families, functions
from reference_densities import FROZEN, WRITTEN_OUT
from reference_functions import ELEMENTWISE, REDUCTIONS

FORMS = sorted((row.name, form.name) for row in families.FAMILIES.values() for form in row.forms)


def test_every_elementwise_function_is_known():
    assert set(ELEMENTWISE) == set(functions.ELEMENTWISE)


def test_every_reduction_is_known():
    assert set(REDUCTIONS) == set(functions.REDUCTIONS)


@pytest.mark.parametrize("form", FORMS, ids=lambda f: "-".join(filter(None, f)))
def test_every_form_of_every_family_is_known(form):
    assert (form in FROZEN) != (form in WRITTEN_OUT)
