"""What only a process of its own shows: start, pipes, signals, and fits read by somebody else."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

NACRE = (sys.executable, "-m", "nacre")


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*NACRE, *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_fit_is_read_in_another_process(nacre, files):
    asked = ("fit", "counties.ppl", "-d", "houses.json", "--steps", "256", "-o", "fit", "--json")
    found = json.loads(nacre(*asked).out)
    shown = run("summary", "fit", "--json", cwd=files)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["parameters"] == found["parameters"]


def test_a_reader_that_stops_early_is_no_error(files):
    """Like ``nacre simulate | head -1``."""
    command = [*NACRE, "simulate", "scale.ppl", "-n", "20000", "-f", "csv"]
    with subprocess.Popen(
        command, cwd=files, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "weight,measurement\n"
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_with_what_it_has(number, files):
    command = [*NACRE, "fit", "written.ppl", "--steps", "10000000", "-o", "fit"]
    with subprocess.Popen(
        command, cwd=files, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stderr.readline()  # the first line of progress
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert line.startswith("step ")
    assert process.returncode == 130
    assert out.endswith("results are in fit\n")
    assert "The run was interrupted" in err
    assert (files / "fit" / "config.json").exists()
