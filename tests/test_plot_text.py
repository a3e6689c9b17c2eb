"""Names and titles in pictures: dollars, formulas that are none, letters that no font has, long ones."""

import logging

import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager

import gametheory as gt
from gametheory.plot import portrait, simplex
from gametheory.plot import text as in_pictures
from gametheory.plot.text import cooperation, plain, players, write
from lase_core.cli import main

CHINESE = "囚徒困境"
PAIR = gt.Game.from_bimatrix(
    [[1, -1], [-1, 1]],
    [[-1, 1], [1, -1]],
    players=["Ann $5", CHINESE],
    actions=[[r"$\foo$", "b"], ["h_e^a~d%s", "x"]],
    title=rf"{CHINESE} $\foo$",
)


@pytest.fixture(autouse=True)
def _afresh():
    """Figures are closed, and what is told once a process is told once a test."""
    in_pictures._tell.cache_clear()
    in_pictures._fonts.cache_clear()
    yield
    plt.close("all")


@pytest.fixture
def title():
    return plt.figure().gca().title


def drawn(artist):
    """Draw the figure; a formula that cannot be read, or a letter without a font, is an error here."""
    artist.figure.canvas.draw()
    return artist.get_text()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain", "plain"),
        (r"$\foo$", r"\$\foo\$"),
        ("$", r"\$"),
        (plain("from $5 to $6"), r"from \$5 to \$6"),  # of a game, which writes no formulas
        (r"$\frac{1}$", r"\$\frac{1}\$"),
        ("$a$ $b", r"\$a\$ \$b"),
        ("${$", r"\${\$"),
        (r"back\slash_{}^%&#~", r"back\slash_{}^%&#~"),
        ("\x1b[31mtwo\r\nlines\t", "two\nlines"),
        ("", ""),
    ],
)
def test_what_is_no_formula_is_drawn_as_it_is(words, shown, title):
    write(title, words)
    assert drawn(title) == shown


@pytest.mark.parametrize("words", [r"$\omega_{ij}$ and $\frac{1}{2}$", r"$p^*$ costs \$5", "$x$"])
def test_formulas_of_a_caller_stay_formulas(words, title):
    write(title, words)
    assert drawn(title) == words
    write(title, plain(words, 100))  # the same as the name of a game
    assert drawn(title).count(r"\$") == words.count("$")


def test_long_titles_take_three_lines_and_long_names_are_cut(title):
    write(title, "word " * 200)
    assert drawn(title).count("\n") == 2
    assert drawn(title).endswith(" …")
    assert max(map(len, drawn(title).split("\n"))) <= 46
    assert plain("a name that is much too long for an axis", 12) == "a name that…"
    assert plain(CHINESE, 6) == "囚徒…"  # each letter takes two columns


# ---------------------------------------------------------------------- letters
def test_letters_that_no_font_has_are_boxes_and_one_line_is_logged(title, caplog, monkeypatch):
    fonts = [font for font in font_manager.fontManager.ttflist if font.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", fonts)
    for words in (CHINESE, f"and {CHINESE} again", "囚", f"{CHINESE} $x$"):
        write(title, words)
        assert drawn(title).count("□") == sum(letter in CHINESE for letter in words)
    assert [(record.levelno, record.getMessage().count("\n")) for record in caplog.records] == [(logging.WARNING, 0)]
    assert "Noto Sans CJK" in caplog.text


def test_another_font_of_the_machine_steps_in(title, caplog, monkeypatch):
    """Fonts are simulated: one has nothing but the letters a to m, which the first font shall lack."""
    lacking, other = frozenset(range(0x40, 0x60)) | {0x20, 0x2026}, frozenset(map(ord, "abcdefghijklm"))
    monkeypatch.setattr(in_pictures, "_letters", lambda path: other if path.endswith("DejaVuSerif.ttf") else lacking)
    write(title, "BAD cab")
    assert title.get_text() == "BAD cab"
    assert title.get_fontfamily()[-1] == "DejaVu Serif"
    assert not caplog.records
    write(title, "BAD taxi")  # t and x nobody has
    assert title.get_text() == "BAD □a□i"
    assert len(caplog.records) == 1


def test_a_font_that_cannot_be_read_has_no_letters():
    assert in_pictures._letters("/no/such/font.ttf") == frozenset()


# ---------------------------------------------------------------------- whose action
def test_labels_name_players_and_actions_of_the_game():
    field = gt.rules.policy_gradient(PAIR)
    assert players(field) == (r"Ann \$5", CHINESE)
    assert cooperation(field, 0) == r"probability that Ann \$5 plays \$\foo\$, $p_1$"
    assert cooperation(field, 1).startswith(f"probability that {CHINESE} plays h_e^a~d%s, ")
    dilemma = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1).replace(players=["Row", "Column"])
    assert cooperation(gt.rules.policy_gradient(dilemma), 1) == "cooperation of Column, $p_2$"


def test_portraits_show_names_whatever_is_in_them(caplog):
    shown = portrait(gt.rules.policy_gradient(PAIR), title=PAIR.title, show_streamlines=False)
    shown.figure.canvas.draw()  # warnings are errors
    assert "Ann" in shown.axes.get_xlabel()
    assert "h_e^a~d%s" in shown.axes.get_ylabel()
    assert r"\foo" in shown.axes.get_title()
    rests = [label.get_text() for label in shown.legend.get_texts()][-2:]
    assert rests[0] == r"Ann \$5 rests"
    assert rests[1].endswith(" rests")
    assert len(caplog.records) <= 1


def test_triangles_show_names_whatever_is_in_them(caplog):
    game = gt.catalogue.rock_paper_scissors()
    names = ("石头", "$x_1$ 5%", r"$\foo$")
    field = gt.rules.replicator(game.replace(actions=[names, names]), populations="one")
    shown = simplex(field, orbits=2, title=rf"{CHINESE} $\foo$")
    shown.figure.canvas.draw()
    corners = [label.get_text() for label in shown.axes.texts if label.get_text()]
    assert corners[1:] == [r"\$x_1\$ 5%", r"\$\foo\$"]
    assert len(caplog.records) <= 1


def test_the_command_draws_them(tmp_path, capfd):
    path = tmp_path / "names.json"
    gt.formats.write(PAIR, path)
    assert main(["analyse", str(path), "--figure", str(tmp_path / "names.png")]) == 0
    assert (tmp_path / "names.png").stat().st_size > 10_000
    assert capfd.readouterr().err.count("\n") <= 1
