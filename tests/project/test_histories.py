"""A sample of the histories of ``make torture``."""

from __future__ import annotations

import pytest

from tests.project.histories import require_undone_and_done_again


@pytest.mark.parametrize("seed", range(40))
def test_any_history_is_undone_and_done_again(seed: int) -> None:
    require_undone_and_done_again(seed)
