"""What every test of imports has."""

from pathlib import Path

import pytest

from tests.imports.files import Importer


@pytest.fixture
def imports(tmp_path: Path) -> Importer:
    return Importer(tmp_path)
