"""Records: what they are equal by; that nobody sets a field is for the type checker to see."""

from dataclasses import field, fields, replace

import pytest
from nacre.grammar.frozen import frozen


@frozen
class Place:
    line: int
    note: str = field(default="", compare=False, repr=False, kw_only=True)


@frozen
class Named(Place):
    name: str


def test_records_are_equal_and_hashed_by_their_fields():
    one, other = Named(1, "a", note="x"), Named(1, "a", note="y")
    assert one == other and hash(one) == hash(other) and one != Named(2, "a")
    assert repr(one) == "Named(line=1, name='a')"
    assert replace(one, line=2) == Named(2, "a")
    assert [f.name for f in fields(one)] == ["line", "note", "name"]


def test_records_have_their_fields_and_no_others():
    with pytest.raises(AttributeError):
        Place(1).other = 2
