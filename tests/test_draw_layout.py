"""Geometry of drawings: nothing overlaps, plates hold what is theirs, arrows lead down."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.compiler.draw.layers import rows
from nacre.compiler.draw.layout import layout
from nacre.compiler.draw.picture import Arrow, Box, Look, Mark, Picture, Split
from nacre.compiler.draw.svg import svg

SLACK = 0.01


@st.composite
def pictures(draw):
    """Up to ten marks in nested, repeated and neighbouring plates."""
    boxes = []
    for i in range(draw(st.integers(0, 4))):
        parent = draw(st.sampled_from([None, *range(i)]))
        boxes.append(Box(f"d{i}", f"d{i}", parent))
    n = draw(st.integers(1, 10))
    homes = [None, *range(len(boxes))]
    marks = [
        Mark(f"v{i}", "", draw(st.sampled_from(list(Look))), draw(st.sampled_from(homes)))
        for i in range(n)
    ]
    for i, _ in enumerate(boxes):  # a plate is there because something is in it
        marks.append(Mark(f"w{i}", "", Look.LATENT, i))
    pairs = [(a.name, b.name) for a, b in combinations(marks, 2)]
    arrows = (
        [Arrow(*p) for p in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=15))]
        if pairs
        else []
    )
    return Picture("", tuple(marks), tuple(arrows), (), tuple(boxes))


def laid_out(p):
    return layout(p, {m.name: (60.0, 30.0) for m in p.marks}, tuple(40.0 for _ in p.boxes))


def overlap(a, b):
    return (
        a.left < b.left + b.width - SLACK
        and b.left < a.left + a.width - SLACK
        and a.top < b.top + b.height - SLACK
        and b.top < a.top + a.height - SLACK
    )


def holds(outer, inner):
    return (
        outer.left <= inner.left + SLACK
        and outer.top <= inner.top + SLACK
        and inner.left + inner.width <= outer.left + outer.width + SLACK
        and inner.top + inner.height <= outer.top + outer.height + SLACK
    )


def around(p, box):
    return set() if box is None else {box} | around(p, p.boxes[box].parent)


quick = settings(deadline=None, max_examples=60)


@quick
@given(pictures())
def test_no_two_marks_overlap(p):
    rects = laid_out(p).marks.values()
    assert not any(overlap(a, b) for a, b in combinations(rects, 2))


@quick
@given(pictures())
def test_a_mark_is_in_its_plates_and_in_no_other(p):
    where = laid_out(p)
    inside = {
        m.name: {i for i, box in enumerate(where.boxes) if overlap(box, where.marks[m.name])}
        for m in p.marks
    }
    assert inside == {m.name: around(p, m.box) for m in p.marks}
    assert all(holds(where.boxes[i], where.marks[m.name]) for m in p.marks for i in inside[m.name])


@quick
@given(pictures())
def test_plates_are_nested_or_apart(p):
    where = laid_out(p)
    for i, j in combinations(range(len(p.boxes)), 2):
        if i in around(p, j):
            assert holds(where.boxes[i], where.boxes[j])
        elif j not in around(p, i):
            assert not overlap(where.boxes[i], where.boxes[j])


@quick
@given(pictures())
def test_arrows_lead_down(p):
    row = rows(p)
    assert min(row.values()) == 0
    assert all(row[a.tail] < row[a.head] for a in p.arrows)


@quick
@given(pictures())
def test_everything_is_on_the_sheet(p):
    where = laid_out(p)
    for r in (*where.marks.values(), *where.boxes):
        assert r.left >= -SLACK
        assert r.top >= -SLACK
        assert r.left + r.width <= where.width + SLACK
        assert r.top + r.height <= where.height + SLACK


@quick
@given(pictures())
def test_a_drawing_is_always_the_same(p):
    assert svg([p]) == svg([p])


def mark(name):
    return Mark(name, "", Look.LATENT, None)


def test_a_source_stands_just_above_what_it_feeds():
    p = Picture(
        "",
        tuple(map(mark, "absc")),
        (Arrow("a", "b"), Arrow("b", "c"), Arrow("s", "c")),
        (),
        (),
    )
    assert rows(p) == {"a": 0, "b": 1, "c": 2, "s": 1}


def test_the_halves_of_a_variable_stand_side_by_side():
    p = Picture(
        "",
        tuple(map(mark, ("a", "x", "do(x)", "y"))),
        (Arrow("a", "x"), Arrow("do(x)", "y")),
        (Split("x", "do(x)"),),
        (),
    )
    row = rows(p)
    assert row["x"] == row["do(x)"]


def test_a_loop_and_a_way_back_can_be_drawn():
    p = Picture(
        "",
        tuple(map(mark, "ab")),
        (Arrow("a", "b"), Arrow("b", "a"), Arrow("a", "a")),
        (),
        (),
    )
    assert svg([p]).count("<polygon") == 3


def test_nothing_can_be_drawn():
    assert svg([Picture("", (), (), (), ())]).startswith("<svg")
