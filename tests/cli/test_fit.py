"""``nacre fit``, ``summary`` and ``plot``: from files to numbers and back."""

import json
import signal

import pytest
import torch
from nacre.runtime.cli.progress import Reporter

QUICK = ("--steps", "256")


def fitted(done) -> dict:
    """The one object on standard output of a fit that went well."""
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    return json.loads(done.out)


def test_one_object_with_everything_in_it(nacre, files):
    found = fitted(nacre("fit", "counties.ppl", "--data", "houses.json", "--json", *QUICK))
    names = ["mu", "alpha[AITKIN]", "alpha[BIG STONE]", *(f"again[{i}]" for i in range(1, 5))]
    assert list(found["parameters"]) == names
    assert {tuple(row) for row in found["parameters"].values()} == {
        ("mean", "sd", "q05", "q50", "q95")
    }
    assert (found["ok"], found["method"]) == (True, "svi")
    assert found["coordinates"] == names[:3]
    assert [len(values) for values in found["params"].values()] == [3, 3]
    assert found["diagnostics"]["trusted"] is True
    assert found["elapsed_s"] > 0


def test_flags_in_any_order(nacre, files):
    one = nacre("fit", "counties.ppl", "--json", "--data", "houses.json", *QUICK, "--seed", "3")
    other = nacre("fit", *QUICK, "--seed=3", "-d", "houses.json", "--json", "counties.ppl")
    assert fitted(one)["parameters"] == fitted(other)["parameters"]


EXACT = 9.14, 0.6  # of weight, once the scale has shown 9.5

WAYS = {
    "observe": ("scale.ppl", "--observe", "measurement=9.5"),
    "mean field": ("scale.ppl", "--observe", "measurement=9.5", "--guide", "mean-field"),
    "many particles": ("scale.ppl", "--observe", "measurement=9.5", "--particles", "32"),
    "restarts": ("scale.ppl", "--observe", "measurement=9.5", "--restarts", "3"),
    "sgd": ("scale.ppl", "--observe", "measurement=9.5", "--optimiser", "sgd", "--rate", "0.001"),
    "float32": ("scale.ppl", "--observe", "measurement=9.5", "--dtype", "float32"),
    "a guide of its own": ("written.ppl", "--guide", "guide", "--rate", "0.02", "--steps", "1500"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_the_same_posterior(way, nacre, files):
    steps = () if "--steps" in WAYS[way] else QUICK
    found = fitted(nacre("fit", *WAYS[way], *steps, "--json"))
    weight = found["parameters"]["weight"]
    assert weight["mean"] == pytest.approx(EXACT[0], abs=0.06)
    assert weight["sd"] == pytest.approx(EXACT[1], abs=0.06)


def test_parameters_of_a_guide_have_their_names(nacre, files):
    found = fitted(nacre("fit", "written.ppl", "--json", "--trace", "10", *QUICK))
    assert sorted(found["params"]) == ["a", "b"]
    assert found["guide"] == "guide"


def test_one_element_of_a_family_is_observed(nacre, files):
    given = ("--observe", "alpha[AITKIN]=2", "--observe", 'alpha["BIG STONE"]=0')
    found = fitted(nacre("fit", "counties.ppl", "-d", "houses.json", *given, "--json", *QUICK))
    # mu given two draws around it: Normal(2 / 3, 1 / sqrt(3))
    assert found["parameters"]["mu"]["mean"] == pytest.approx(2 / 3, abs=0.05)
    assert found["parameters"]["mu"]["sd"] == pytest.approx(3**-0.5, abs=0.05)


def test_a_scenario_is_applied(nacre, files):
    found = fitted(
        nacre("fit", "counties.ppl", "-d", "houses.json", "--scenario", "known", "--json", *QUICK)
    )
    assert "mu" not in found["parameters"]


def test_an_intervention_cuts_the_evidence_off(nacre, files):
    asked = ("fit", "scale.ppl", "--observe", "measurement=9.5", "--do", "weight=9", "--json")
    done = nacre(*asked)
    assert done.code == 1
    assert json.loads(done.out)["errors"][0]["code"] == "Q676"


def test_a_mode_is_a_point(nacre, files):
    asked = ("fit", "scale.ppl", "--observe", "measurement=9.5", "--method", "map")
    assert fitted(nacre(*asked, "--json"))["parameters"] == {
        "weight": {"mean": pytest.approx(9.14), "sd": None, "q05": None, "q50": None, "q95": None}
    }
    table = nacre(*asked).out
    assert "weight  9.14   -    -    -    -\n" in table
    assert "a point: the mode" in table


def test_what_a_mode_does_not_determine_is_left_out(nacre, files):
    asked = ("fit", "counties.ppl", "-d", "houses.json", "--method", "map", "--json")
    found = fitted(nacre(*asked))
    assert list(found["parameters"]) == ["mu", "alpha[AITKIN]", "alpha[BIG STONE]"]


def test_the_table_and_where_the_results_are(nacre, files):
    done = nacre("fit", "counties.ppl", "-d", "houses.json", *QUICK, "-o", "fits/one")
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["mean", "sd", "q05", "q50", "q95"]
    assert done.out.endswith("results are in fits/one\n")
    assert (files / "fits/one/config.json").exists()


def test_warnings_of_the_checker_are_in_the_object(nacre, files):
    (files / "m.ppl").write_text("s ~ Normal(3, 1)\ny ~ Normal(0, s)\nobserve y = 3\n")
    (warning,) = json.loads(nacre("fit", "m.ppl", "--json", *QUICK).out)["model_warnings"]
    assert (warning["code"], warning["place"]["line"]) == ("W301", 2)
    assert nacre("fit", "m.ppl", *QUICK).err.startswith("warning[W301]")


# --- exit codes -----------------------------------------------------------------------------------

ENDINGS = {
    "an error in the model": (1, False, ("fit", "bad.ppl")),
    "an error in the command": (1, False, ("fit", "scale.ppl", "--observe", "measuremnt=1")),
    "an error in the data": (2, False, ("fit", "counties.ppl")),
    "nowhere to begin": (3, False, ("fit", "impossible.ppl")),
    "nothing finite": (3, False, ("fit", "impossible_guide.ppl", *QUICK)),
    "not trusted": (4, True, ("fit", "funnel.ppl", "--guide", "mean-field", "--strict", *QUICK)),
    "not trusted, not strict": (0, True, ("fit", "funnel.ppl", "--guide", "mean-field", *QUICK)),
}
FUNNEL = "s ~ Normal(0, 3)\nx ~ Normal(0, exp(s))\ny ~ Normal(x, 0.1)\nobserve y = 0.3\n"
IMPOSSIBLE = "s ~ HalfNormal(1)\ny ~ Normal(0, s - 1000)\nobserve y = 1\n"
GUIDE = "guide {\n    param a: positive = 1\n    s ~ LogNormal(a, 1)\n}\n"


@pytest.fixture
def hopeless(files):
    """Models that are wrong, and models that are hard."""
    (files / "bad.ppl").write_text("mu ~ Normal(nu, 1)\n")
    (files / "funnel.ppl").write_text(FUNNEL)
    (files / "impossible.ppl").write_text(IMPOSSIBLE)
    (files / "impossible_guide.ppl").write_text(IMPOSSIBLE + GUIDE)
    return files


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_exit_code_says_how_it_ended(ending, nacre, hopeless):
    code, _, words = ENDINGS[ending]
    assert nacre(*words).code == code


@pytest.mark.parametrize("ending", ENDINGS)
def test_so_does_the_object(ending, nacre, hopeless):
    code, ok, words = ENDINGS[ending]
    done = nacre(*words, "--json")
    assert (done.code, json.loads(done.out)["ok"]) == (code, ok)


def test_a_run_that_never_was_finite_names_the_statement(nacre, files):
    (files / "m.ppl").write_text(IMPOSSIBLE + GUIDE)
    done = nacre("fit", "m.ppl", *QUICK)
    assert "First at step 0: the log density of `y` is not finite" in done.err
    assert "line 2 of m.ppl" in done.err


ROOT = "x ~ Normal(0, 1)\ny ~ Normal(sqrt(x), 1)\nobserve y = 1\n"
LOGARITHM = "x ~ Normal(1, 2)\ns = log(x)\ny ~ Normal(s, 1)\nobserve y = 1\n"
FAR = "guide far {\n    param a: real = 3\n    x ~ Normal(a, 0.6)\n}\n"
WIDE = "guide {\n    param a: real = 1\n    x ~ Normal(a, 1)\n}\n"
ENDS = "t ~ Gamma(2, 1)\ny ~ Uniform(0, t)\nobserve y = 2\n"
NARROW = "guide {\n    param a: real = 1\n    t ~ LogNormal(a, 0.1)\n}\n"
UNBOUND = {
    "a root": (ROOT, ("--guide", "full-rank"), "`y` is not finite where x = -", 2),
    "a root, mean field": (ROOT, ("--guide", "mean-field"), "`y` is not finite where x = -", 2),
    "a logarithm": (LOGARITHM, (), "`s` is not a number where x = -", 2),
    "no step was bad": (ROOT + FAR, (), "`y` is not finite where x = -", 2),
    "many at once": (ROOT + WIDE, ("--particles", "4", "--restarts", "2"), "`y` is not finite", 2),
    "an end": (ENDS, (), "lies beyond its support", 2),
    "an end, with a guide": (ENDS + NARROW, (), "lies beyond its support", 2),
}


@pytest.mark.parametrize("model", UNBOUND)
def test_a_bound_that_is_not_finite_is_a_failure(model, nacre, files):
    text, words, said, line = UNBOUND[model]
    (files / "m.ppl").write_text(text)
    done = nacre("fit", "m.ppl", "--steps", "500", "--quiet", *words)
    assert done.code == 3
    assert "ELBO -inf nats" in done.out
    first = next(x for x in done.err.splitlines() if x.startswith("warning: The ELBO is not"))
    assert said in first
    assert f"line {line} of m.ppl" in first


def test_a_single_draw_without_a_density_is_said(nacre, files):
    (files / "m.ppl").write_text("x ~ Normal(1, 0.28)\ny ~ Normal(sqrt(x), 1)\nobserve y = 1\n")
    done = nacre("fit", "m.ppl", "--steps", "200", "--draws", "30000", "--quiet")
    assert done.code == 0
    assert "of 30,000 draws the density is zero or not a number. At the first" in done.err
    assert "`y` is not finite where x = -" in done.err


def test_what_k_hat_cannot_say_is_not_said(nacre, files):
    """Of one draw, and of draws whose density is not a number."""
    few = nacre("fit", "written.ppl", "--steps", "64", "--draws", "1", "--quiet")
    assert "too few draws to tell" in few.err
    assert "above" not in few.err
    (files / "root.ppl").write_text("x ~ Normal(1, 1)\ny ~ Normal(0, sqrt(x))\nobserve y = 0.1\n")
    bad = nacre("fit", "root.ppl", "--quiet", "--steps", "500")
    assert "There is no k-hat" in bad.err
    assert "k-hat is nan" not in bad.err


# --- Ctrl-C and going on --------------------------------------------------------------------------


@pytest.fixture
def pressed(monkeypatch):
    """Somebody presses Ctrl-C in the third block of steps, once or more."""

    def press(times: int = 1) -> None:
        blocks = []

        def shown(self, progress):
            blocks.append(progress)
            for _ in range(times if len(blocks) == 3 else 0):
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Reporter, "__call__", shown)

    return press


ASKED = {
    "automatic": ("fit", "counties.ppl", "-d", "houses.json", "--steps", "900", "--seed", "5"),
    "written": ("fit", "written.ppl", "--steps", "900", "--restarts", "2", "--trace", "10"),
    "another optimiser": ("fit", "written.ppl", "--steps", "900", "--optimiser", "rmsprop"),
}


@pytest.mark.parametrize("way", ASKED)
def test_an_interrupted_fit_goes_on_as_if_it_had_not_been(way, nacre, files, pressed):
    asked = (*ASKED[way], "--no-stop", "--json")
    whole = fitted(nacre(*asked))
    pressed()
    part = nacre(*asked, "-o", "fit")
    found = json.loads(part.out)
    assert part.code == 130
    assert (found["diagnostics"]["outcome"], found["diagnostics"]["steps"]) == ("interrupted", 384)
    pressed(times=0)
    rest = fitted(nacre(*asked, "-o", "fit", "--resume"))
    assert rest["parameters"] == whole["parameters"]
    assert rest["params"] == whole["params"]
    assert rest["diagnostics"]["elbo"] == whole["diagnostics"]["elbo"]
    assert rest["diagnostics"]["resumed_at"] == 384


def test_the_speed_of_a_run_that_goes_on_is_its_own(nacre, files):
    asked = ("fit", "written.ppl", "-o", "fit", "--json", "--no-stop")
    assert "resumed_at" not in fitted(nacre(*asked, "--steps", "4096"))["diagnostics"]
    found = fitted(nacre(*asked, "--steps", "4097", "--resume"))
    assert found["diagnostics"]["steps"] == 4097
    assert found["diagnostics"]["resumed_at"] == 4096
    # one step, and what comes around it
    assert found["diagnostics"]["steps_per_second"] < 1 / 1e-4


@pytest.mark.parametrize("times", [1, 2])
def test_what_an_interrupted_fit_leaves_is_marked(times, nacre, files, pressed):
    pressed(times)
    done = nacre("fit", "written.ppl", "-o", "fit")
    assert done.code == 130
    assert "weight" in done.out
    assert "warning: The run was interrupted" in done.err
    shown = nacre("summary", "fit")
    assert (shown.code, "warning: The run was interrupted" in shown.err) == (0, True)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_search_for_the_mode_stops_too(nacre, files, monkeypatch):
    monkeypatch.setattr(Reporter, "__call__", lambda self, p: signal.raise_signal(signal.SIGINT))
    done = nacre("fit", "written.ppl", "--method", "map", "-o", "fit")
    assert done.code == 130
    assert not (files / "fit").exists()


OTHERWISE = {
    "seed": ("written.ppl", "--seed", "1"),
    "rate": ("written.ppl", "--rate", "0.1"),
    "optimiser": ("written.ppl", "--optimiser", "sgd"),
    "guide_used": ("written.ppl", "--guide", "full-rank"),
    "condition(weight = 9)": ("written.ppl", "--observe", "weight=9"),
    "fewer steps": ("written.ppl", "--steps", "128"),
    "dtype": ("written.ppl", "--dtype", "float32"),
}
SAID = {"fewer steps": "384 steps, and 128 are asked for", "condition(weight = 9)": "weight = 9"}


@pytest.mark.parametrize("what", OTHERWISE)
def test_another_fit_is_not_gone_on_with(what, nacre, files, pressed):
    pressed()
    nacre("fit", "written.ppl", "-o", "fit")
    done = nacre("fit", *OTHERWISE[what], "-o", "fit", "--resume")
    assert done.code == 1
    if what == "condition(weight = 9)":  # nothing is left to infer, which is found first
        assert "error[Q676]" in done.err
    else:
        assert "error[Q692]" in done.err
        assert SAID.get(what, f"`{what}`") in done.err


def test_other_data_are_not_gone_on_with(nacre, files, pressed):
    pressed()
    asked = ("fit", "counties.ppl", "-d", "houses.json", "-o", "fit", "--no-stop")
    nacre(*asked)
    (files / "houses.json").write_text('{"county_of": ["AITKIN"], "y": [0.9]}')
    assert "the data are others" in nacre(*asked, "--resume").err


def test_more_steps_may_be_asked_for(nacre, files):
    nacre("fit", "written.ppl", "--steps", "256", "-o", "fit")
    found = fitted(nacre("fit", "written.ppl", "--steps", "512", "-o", "fit", "--resume", "--json"))
    whole = fitted(nacre("fit", "written.ppl", "--steps", "512", "--json"))
    assert found["parameters"] == whole["parameters"]


# --- looking at a fit -----------------------------------------------------------------------------


def test_summary_says_what_the_fit_said(nacre, files):
    found = fitted(nacre("fit", "counties.ppl", "-d", "houses.json", "-o", "fit", "--json", *QUICK))
    again = json.loads(nacre("summary", "fit", "--json").out)
    assert again["parameters"] == found["parameters"]
    assert again["diagnostics"] == found["diagnostics"]
    rows = nacre("summary", "fit", "--csv", "--var", "alpha").out.splitlines()
    assert [row.split(",")[0] for row in rows] == ["name", "alpha[AITKIN]", "alpha[BIG STONE]"]


def test_summary_of_a_point(nacre, files):
    nacre("fit", "written.ppl", "--method", "map", "-o", "fit")
    assert "weight  9.14   -    -    -    -\n" in nacre("summary", "fit").out


def test_summary_is_strict_when_asked(nacre, files):
    (files / "funnel.ppl").write_text(FUNNEL)
    nacre("fit", "funnel.ppl", "--guide", "mean-field", *QUICK, "-o", "fit")
    assert nacre("summary", "fit", "--strict").code == 4


@pytest.mark.parametrize("kind", ["loss", "params", "posterior"])
def test_plot_draws_into_a_file(kind, nacre, files):
    pytest.importorskip("matplotlib")
    nacre("fit", "written.ppl", *QUICK, "--trace", "10", "-o", "fit")
    truth = () if kind == "loss" else ("--truth", "a=9.14", "--truth", "weight=9.14")
    done = nacre("plot", "fit", "--kind", kind, *truth, "-o", "picture.svg")
    assert (done.code, done.err) == (0, "wrote picture.svg\n")
    assert "<svg" in (files / "picture.svg").read_text()


def test_threads_do_not_change_the_answer(nacre, files):
    before = torch.get_num_threads()
    asked = ("fit", "counties.ppl", "-d", "houses.json", "--json", *QUICK)
    one, two = fitted(nacre(*asked)), fitted(nacre(*asked, "--threads", "2"))
    torch.set_num_threads(before)
    assert one["parameters"]["mu"]["mean"] == pytest.approx(two["parameters"]["mu"]["mean"])
