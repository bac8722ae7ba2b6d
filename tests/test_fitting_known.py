"""Fits of which some or all elements are known: set, conditioned, or not there at all."""

import nacre
import numpy as np
import pytest

GROUPS = nacre.compile(
    "dim group, row\ndata group_of[row]: group\ndata y[row]: real\n"
    "a[g in group] ~ Normal(0, 1)\ny[r in row] ~ Normal(a[group_of[r]], 1)\n"
)
GROUPED = {"group_of": ["u", "v", "u"], "y": [1.0, 2.0, 3.0]}


def test_elements_that_were_set_come_back_as_their_children_see_them():
    found = GROUPS.do({"a[u]": 3.0}).fit(GROUPED, steps=64, stop=False)
    assert found.posterior["a"].sel(group="u").values == pytest.approx(3.0)
    assert found.posterior["a"].sel(group="v").mean() == pytest.approx(1.0, abs=0.1)
    both = GROUPS.condition({"a[u]": 2.0}).do({"a[u]": 3.0}).fit(GROUPED, steps=64, stop=False)
    assert both.summary()["a[u]"]["mean"] == 3.0


@pytest.mark.parametrize("method", ["svi", "map"])
def test_where_every_element_is_known_the_answer_is_exact(method):
    """Which elements there are comes with the data, so the model cannot know it."""
    found = GROUPS.do({"a[u]": 3.0}).condition({"a[v]": 1.0}).fit(GROUPED, method=method)
    assert {n: row["mean"] for n, row in found.summary().items()} == {"a[u]": 3.0, "a[v]": 1.0}
    normal = lambda x: -0.5 * x**2 - 0.5 * np.log(2 * np.pi)  # noqa: E731
    expected = normal(1) + normal(1 - 3) + normal(2 - 1) + normal(3 - 3)
    assert found.judgement.facts["log_evidence"] == pytest.approx(expected)


def test_a_table_without_rows_has_nothing_to_infer():
    found = GROUPS.fit({"group_of": [], "y": []})
    assert list(found.summary()) == []
    assert found.posterior["a"].values.shape == (1, 4000, 0)
    assert found.judgement.facts["log_evidence"] == 0.0
