"""Names and titles: shown on one line, never empty, never twice; kept in files as they were given."""

import pickle
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory import formats
from gametheory.names import distinct, one_line, width
from lase_core.cli import main
from lase_core.summary import summarise

PAYOFFS = "3 3 5 0 0 5 1 1"
any_text = st.text(max_size=8)  # control characters and halves of pairs too
repeated = st.lists(st.one_of(any_text, st.sampled_from(["", "a", "a 1", "a 0", "a 2", " a"])), max_size=7)


def nfg(title, players, actions):
    def quoted(names):
        return "{ " + " ".join(f'"{name}"' for name in names) + " }"

    return f'NFG 1 R "{title}" {quoted(players)} {{ {" ".join(map(quoted, actions))} }} {PAYOFFS}'


# ---------------------------------------------------------------------- what is shown
@given(repeated, st.sampled_from([("player", 1), ("action", 0)]))
def test_shown_names_are_distinct_seen_and_on_one_line(names, kind):
    shown = distinct(names, *kind)
    assert len(shown) == len(set(shown)) == len(names)
    for name, given_name in zip(shown, names, strict=True):
        assert name == one_line(name)
        assert name
        clean = one_line(given_name)
        assert name.startswith(clean)
        if clean.strip("\u200c\u200d") and sum(one_line(other) == clean for other in names) == 1:
            numbers = [one_line(other) for other in names]
            taken = any(name.startswith(f"{other} ") or not other for other in numbers)
            assert name == clean or taken  # numbers are given only where they are needed
    assert distinct(shown, *kind) == shown


@given(st.text(max_size=30))
def test_one_line_steers_nothing(text):
    shown = one_line(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert shown == shown.strip() == one_line(shown)
    shown.encode("utf-8")  # halves of pairs cannot be
    if text.isascii() and text.isprintable():
        assert shown == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;a window's title\x07name", "name"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("abc\u202edcba\u202c", "abcdcba"),  # an override of direction
        ("\u2066x\u2069\ufeff\u200b", "x"),
        ("half \ud800", "half \ufffd"),
        ("e\u0301", "\u00e9"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that belongs to Persian spelling
        ("50% of $5", "50% of $5"),
    ],
)
def test_what_titles_lose(text, shown):
    assert one_line(text) == shown
    assert gt.Game([[1]], title=text).title == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("", ""), ("action 0", "action 1")),
        (("stay", "stay", "go"), ("stay 0", "stay 1", "go")),
        (("C", "C "), ("C 0", "C 1")),
        (("", "action 0"), ("action 0 0", "action 0 1")),
        (("a", "a", "a 0"), ("a 0 0", "a 1", "a 0 2")),
        (("é", "e\u0301"), ("é 0", "é 1")),
        (("\u200b", "\x1b[0m", "x"), ("action 0", "action 1", "x")),
    ],
)
def test_numbers_for_empty_and_equal_names(names, shown):
    game = gt.Game([np.arange(len(names))], actions=[names])
    assert game.actions == (shown,)
    assert game.given.actions == (names,)


def test_columns_of_a_table_stand_below_one_another_in_chinese():
    game = gt.Game.from_bimatrix([[3, 0], [5, 1]], actions=[("合作", "背叛"), ("cooperate", "背叛")])
    head, first, second = str(game).splitlines()
    assert width(first[: first.index("3, 3")]) == width(second[: second.index("5, 0")]) == 6 + 4
    assert width(head) > len(head)
    text = summarise(game.replace(title="囚徒困境")).text()
    assert text.startswith("囚徒困境\n========\n")


# ---------------------------------------------------------------------- what is kept
AS_GIVEN = [
    ("", ("", ""), (("", ""), ("", ""))),
    ("two\nlines \x1b[31m", ("Ann", "Ann"), (("C", "C"), ("a\tb", "\u202ex"))),
    ("石头", ("e\u0301", "é"), ((" a", "a"), ("", "b"))),
]


@pytest.mark.parametrize(("title", "players", "actions"), AS_GIVEN)
def test_files_keep_what_was_written(title, players, actions, tmp_path):
    for game in (
        formats.loads_nfg(nfg(title, players, actions)),
        gt.Game.from_bimatrix([[3, 0], [5, 1]], title=title, players=players, actions=actions),
    ):
        for again in (
            formats.loads_nfg(formats.dumps_nfg(game)),
            formats.loads_json(formats.dumps_json(game)),
            game.replace(payoffs=2 * game.payoffs),
            game.replace(payoffs=game.payoffs.astype(float)).rational(),
            pickle.loads(pickle.dumps(game)),  # noqa: S301 (our own)
        ):
            assert tuple(again.given) == (title, players, actions)
            assert (again.title, again.players, again.actions) == (game.title, game.players, game.actions)
        formats.write(game, tmp_path / "game.nfg")
        assert formats.read(tmp_path / "game.nfg").given == game.given


def test_a_game_without_names_is_written_with_the_names_that_are_shown():
    game = gt.Game(np.zeros((2, 2, 2), dtype=int))
    assert game.given[1:] == (game.players, game.actions) == (
        ("player 1", "player 2"), (("action 0", "action 1"),) * 2,
    )  # fmt: skip


# ---------------------------------------------------------------------- wherever they are shown
def test_analyse_numbers_names_that_are_empty(tmp_path, capsys):
    path = tmp_path / "names.nfg"
    path.write_text(nfg("", ("", ""), (("", ""), ("", ""))))
    assert main(["analyse", str(path)]) == 0
    text = capsys.readouterr().out
    assert "''" not in text
    for expected in (
        "each player always prefers action 1\n",
        "  player 1: action 1; player 2: action 1; payoffs 1, 1\n",
        "by other means, for 'action 0' to be dominant\n",
        "  p2 = probability that player 2 plays action 0\n",
        "mean gift weight  1→2: 2/9, 2→1: 2/9\n",
    ):
        assert expected in text


def test_analyse_tells_players_and_actions_apart_and_sends_no_commands(tmp_path, capsys):
    path = tmp_path / "names.nfg"
    path.write_text(nfg("a\x1b[31m title\n", ("Ann", "Ann"), (("go", "go"), ("a_b", "\u202e$5"))), encoding="utf-8")
    assert main(["analyse", str(path)]) == 0
    text = capsys.readouterr().out
    assert {letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf"}} == {"\n"}
    assert text.startswith("a title\n=======\n")
    assert "  Ann 1: go 1; Ann 2: $5; payoffs 1, 1\n" in text
    assert "reward given      Ann 1→Ann 2: 22/27, Ann 2→Ann 1: 22/27\n" in text
    assert main(["analyse", str(path), "--latex"]) == 0
    latex = capsys.readouterr().out
    assert latex.startswith("% The LASE learning field of a title, derived with symbols")
    assert r" & \text{a\_b} & \text{\$5} \\\hline" in latex
    assert r"\text{go 1} & T,\,S & P,\,P" in latex


def test_commands_for_the_terminal_do_not_pass_through_errors(capsys):
    assert main(["analyse", "\x1b[31mno_such_game\n"]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_latex_shows_every_ascii_letter_as_it_is():
    # TeX gives these a meaning: each has to be escaped, and nothing else is
    special = r"\{}$&#^_~%<>|"
    game = gt.Game([[1, 2]], actions=[(special, "plain text, 1-2 (a) [b]!")])
    first, second = game.to_latex().splitlines()[1:3]
    assert second == r"\text{plain text, 1-2 (a) [b]!} & 2"
    assert first == (
        r"\text{\textbackslash{}\{\}\$\&\#\textasciicircum{}\_\textasciitilde{}\%\textless{}\textgreater{}\textbar{}}"
        r" & 1 \\"
    )


# ---------------------------------------------------------------------- numbers that are rounding
def test_rates_that_are_rounding_are_written_as_zero():
    # selfish rock, paper, scissors: off the diagonal nothing grows either; differences say 1e-11 or so
    for scale in (1, 10**6, 0.001):
        game = gt.catalogue.rock_paper_scissors()
        found = summarise(game.replace(payoffs=scale * game.payoffs), gt.transfer.Selfish())
        (centre,) = (p for p in found.points if p.face == "interior")
        assert found.growth_of_differences(centre) == 0
        text = found.text()
        assert "off the diagonal the fastest growth is 0\n" in text
        assert "e-1" not in text
        # and what is not rounding stays: LASE takes 1/12 of the range of payoffs, 2
        found = summarise(game.replace(payoffs=scale * game.payoffs))
        (sink,) = found.points.sinks
        assert found.growth_of_differences(sink) == pytest.approx(-scale / 12, rel=1e-6)
