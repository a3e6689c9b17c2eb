"""Figures, comparisons and the report."""

import json
from dataclasses import asdict
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp

from lase_core import report


def test_comparison_says_whether_it_holds():
    assert report.Comparison("x", 1.0, 1.04, 0.05).holds
    off = report.Comparison("x", 1.0, 1.06, 0.05, 0.01)
    assert not off.holds
    assert "DIFFERS" in off.text()
    assert "± 0.0100" in off.text()


def test_saved_figures_are_the_same_bytes(tmp_path):
    for kind in ("png", "pdf", "svg"):
        for name in ("a", "b"):
            figure, ax = plt.subplots()
            ax.plot([0, 1], [1, 0])
            report.save(figure, tmp_path / f"{name}.{kind}")
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_failed_save_leaves_nothing(tmp_path):
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match=r"\.png, \.pdf or \.svg"):
        report.save(figure, tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_breaks_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    figure, _ = plt.subplots()
    with pytest.raises(TypeError, match="nonsense"):
        report.save(figure, path, nonsense=1)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]
    assert path.read_bytes() == b"old"


def test_unknown_figure_is_named_with_its_neighbours():
    with pytest.raises(ValueError, match="did you mean donation"):
        report.draw_all(["donatoin"])


@pytest.fixture
def tiny_checkout(tmp_path, monkeypatch):
    """Make a checkout with one quick figure and one game."""
    for folder in ("figures", "examples"):
        (tmp_path / folder).mkdir()
    (tmp_path / "figures" / "fig01_line.py").write_text(
        "import matplotlib.pyplot as plt\n"
        "from lase_core.report import Comparison, Drawn\n"
        "def draw(scale):\n"
        "    figure, ax = plt.subplots()\n"
        "    return Drawn('A <line>', 'It is straight.', (Comparison('slope', 1.0, 2.0, 0.1),), figure)\n",
        encoding="utf-8",
    )
    game = report.checkout() / "examples" / "prisoners_dilemma.nfg"
    (tmp_path / "examples" / "pd.nfg").write_text(game.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(report, "checkout", lambda: tmp_path)
    return tmp_path


def test_report_is_self_contained_and_honest(tiny_checkout):
    path, drawn = report.reproduce("quick")
    page = path.read_text(encoding="utf-8")
    assert [d.holds for d in drawn] == [False]
    assert "0 of 1 comparisons agree" in page
    assert "A &lt;line&gt;" in page
    assert "data:image/png;base64," in page
    assert "<math" in page
    assert 'src="http' not in page
    assert 'href="http' not in page
    assert "(2/3, 2/3)" in page
    assert not [p for p in path.parent.iterdir() if p.name.startswith(".")]
    results = json.loads((path.parent / "results.json").read_text(encoding="utf-8"))
    assert results["figures"][0]["comparisons"][0]["measured"] == 2.0
    assert tiny_checkout in path.parents


def test_outside_a_checkout_the_message_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "__file__", str(tmp_path / "site-packages" / "lase_core" / "report.py"))
    with pytest.raises(ValueError, match="needs a checkout"):
        report.checkout()


def test_numbers_of_any_kind_can_be_written():
    made = report.Comparison("a", sp.Float(0.5), np.float64(0.5), Fraction(1, 100), np.float32(0.25))
    assert json.loads(json.dumps(asdict(made))) == {
        "what": "a", "predicted": 0.5, "measured": 0.5, "tolerance": 0.01, "interval": 0.25
    }  # fmt: skip
