"""The short form of the campaign."""

import shutil
from random import Random

import pytest

from tests.campaign.row import Row, rows


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_row(row: Row) -> None:
    if row.needs and shutil.which(row.needs) is None:
        pytest.skip(f"{row.needs} is not installed here")
    outcome = row.run(row.short, Random(1))  # noqa: S311 - repeatable chance, not a secret
    assert outcome.failures == ()
    assert outcome.count > 0, "a row that tries nothing shows nothing"
