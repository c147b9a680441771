from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks import layers
from benchmarks.contestants import CEILING, OURS, Contestant
from benchmarks.layers import LayerTime, layer_times
from benchmarks.libraries.ours import Ours
from benchmarks.memory import Peak
from benchmarks.page import Measured, duration
from benchmarks.plot import chart
from benchmarks.race import Result
from benchmarks.scaling import Curve, Sweep, by_batch, by_layer, fitted
from benchmarks.works import WORKS
from slugstudio.engine.layers import Layer


def result(name: str, **seconds: list[float]) -> Result:
    found = Result(WORKS[name])
    for title, values in seconds.items():
        for value in values:
            found.add(Contestant(CEILING if title == "scan" else title, "", ("numpy",), Ours), value)
    return found


def cells(page: str, name: str) -> list[str]:
    line = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_tells_median_least_and_most_and_who_is_faster() -> None:
    ours = [1e-4, 1e-4, 1e-4]
    row = result("W5", **{OURS: ours, "PyTorch": [1e-3, 2e-3, 1.5e-3], "JAX": [9e-5] * 3, "scan": [1e-5] * 3})
    measured = Measured(3, [row], {OURS: "0", "PyTorch": "2", "JAX": "1", CEILING: "1"}, peak=1e11)
    _, _, pytorch, jax, keras, sklearn, scan, least, reached, ahead, _ = cells(measured.page(), "W5")
    assert (pytorch, jax, scan) == ("**15.00** (10.00 - 20.00)", "**0.90** (0.90 - 0.90)", "**0.10** (0.10 - 0.10)")
    assert (keras, sklearn) == ("–", "–")
    assert (least, reached, ahead) == ("14", "yes", "no: JAX")  # the scan is no rival
    assert "Python" in measured.page()
    assert "PyTorch 2, JAX 1\n" in measured.page()
    assert "left out: Keras, scikit-learn\n" in measured.page()


def test_without_any_rival_the_page_tells_our_times() -> None:
    page = Measured(1, [result("W1", **{OURS: [5e-4]})], {OURS: "0"}, peak=1e11).page()
    assert cells(page, "W1")[2:10] == ["–"] * 5 + ["1.75", "", "yes"]
    assert "left out: PyTorch, JAX, Keras, scikit-learn\n" in page
    assert "| W1 | 500 µs | – | – | – | – | – |" in page


def test_a_row_below_its_least_says_so() -> None:
    page = Measured(1, [result("W1", **{OURS: [1.0], "PyTorch": [1.7]})], peak=1e11).page()
    assert cells(page, "W1")[7:10] == ["1.75", "no", "yes"]


def test_memory_and_layers_have_their_tables() -> None:
    page = Measured(
        1, peaks=[Peak(OURS, "", 60.4, (101.0, 101.2))], layers=[LayerTime("W1", "dense_1", 1.25, 1234.5)]
    ).page()
    assert f"| {OURS} | 60 MB | 101 MB | 101 MB |" in page
    assert "| W1 | dense_1 | 1.2 | 1,234.5 |" in page
    assert "How many times" not in page


@pytest.mark.parametrize(("seconds", "text"), [(1.234e-5, "12 µs"), (0.01234, "12.34 ms"), (1.5, "1,500.00 ms")])
def test_times_are_written_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("fixed", "exponent"), [(0.0, 1.0), (1e-3, 1.0), (2e-4, 1.5)])
def test_the_law_is_found_in_what_follows_it(fixed: float, exponent: float) -> None:
    sizes = [8, 16, 32, 64, 128, 256, 512]
    fit = fitted(sizes, [fixed + 1e-5 * size**exponent for size in sizes])
    assert fit.exponent == pytest.approx(exponent)
    assert fit.fixed == pytest.approx(fixed, abs=1e-9)
    assert fit(100) == pytest.approx(fixed + 1e-5 * 100**exponent)


def test_no_part_of_the_law_is_negative() -> None:
    fit = fitted([1, 2, 4, 8], [0.1, 3.9, 16.2, 64.0])
    assert fit.fixed >= 0
    assert fit.exponent == pytest.approx(2)


def test_the_plot_has_each_point_and_tells_the_exponents() -> None:
    sizes = by_batch()[1].works
    curve = Curve(Sweep("A < B", "samples", sizes, fit_from=32), {size: 1e-3 * size for size in sizes})
    image = chart("Time", "samples", [curve])
    root = ElementTree.fromstring(image)
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert len(root.findall("svg:circle", space)) == len(sizes) + 1  # and one beside the name
    texts = [text.text for text in root.findall("svg:text", space)]
    assert "A < B: exponent 1.00" in texts
    assert {"8", "512", "10 ms", "1 s"} <= set(texts)
    line = root.find("svg:polyline", space)
    assert line is not None
    begin = float(line.attrib["points"].split(",")[0])
    of_32 = next(text for text in root.findall("svg:text", space) if text.text == "32")
    assert begin >= float(of_32.attrib["x"]) - 0.1


def test_what_varies_is_one_size() -> None:
    for sweep in by_batch():
        assert [work.settings.batch_size for work in sweep.works.values()] == list(sweep.works)
    for sweep in by_layer():
        costs = [sum(row.multiply_adds for row in work.network().summary()) for work in sweep.works.values()]
        steps = np.diff(costs) / np.diff(list(sweep.works))
        np.testing.assert_allclose(steps, steps[0])  # linear, as the page says


def test_every_layer_has_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "REPEATS", 1)
    found = list(layer_times())
    names = " ".join(each.layer for each in found)
    for kind in Layer.kinds:
        stem = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind).strip("_")
        assert f"{stem}_1" in names or kind == "Reshape"  # which takes images of one size only
    assert all(each.forward > 0 or each.backward > 0 for each in found)
    first, *_, last = [each for each in found if each.network == "W3"]
    assert first.layer.startswith("convolution_1 ")
    assert "mean_pooling_1" in first.layer
    assert last.layer == "SGD"
