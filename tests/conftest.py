"""What all tests share: the switch that rewrites golden files."""

from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write golden files anew; the diff is then read before it is committed",
    )


@pytest.fixture
def golden(request):
    """Compare a text with the file that holds what it should be."""

    def compare(path: Path, actual: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(actual, encoding="utf-8")
        assert path.exists(), f"there is no {path.name}; run pytest --update-golden and read it"
        assert actual == path.read_text(encoding="utf-8")

    return compare
