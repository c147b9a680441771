from __future__ import annotations

from pathlib import Path

from benchmarks.bench import DOCS, PARTS, options_of, write
from benchmarks.page import Measured
from benchmarks.scaling import Curve, by_batch
from benchmarks.works import WORKS


def test_all_of_it_goes_to_the_docs() -> None:
    options = options_of([])
    assert (options.rows, list(options.only), options.to) == (list(WORKS), list(PARTS), DOCS)


def test_some_rows_mean_the_race_alone_and_write_nothing() -> None:
    options = options_of(["--rounds", "1", "--rows", "w5", "W1b"])
    assert (options.rows, options.only, options.to, options.rounds) == (["W5", "W1b"], ["race"], None, 1)


def test_a_part_alone_writes_nothing_unless_told_where(tmp_path: Path) -> None:
    assert options_of(["--only", "layers"]).to is None
    assert options_of(["--only", "layers", "--to", str(tmp_path)]).to == tmp_path


def test_the_page_finds_its_images(tmp_path: Path) -> None:
    curves = [Curve(sweep, {size: 1e-3 * size for size in sweep.works}) for sweep in by_batch()]
    write(Measured(1, by_batch=curves, by_layer=curves), tmp_path)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    for image in (tmp_path / "images").iterdir():
        assert f"(images/{image.name})" in page
    assert len(list((tmp_path / "images").iterdir())) == 2
