"""What tests share: the folder of open data and W3C suites kept beside the repository, when it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of open data, vocabularies and W3C suites; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the open data and W3C suites in {SHARED}")
    return SHARED
