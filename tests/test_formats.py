"""Games as files: both formats, both ways, and every way of being wrong."""

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory import Game
from gametheory import catalogue as c
from gametheory.formats import (
    FormatError,
    dumps_json,
    dumps_nfg,
    loads_json,
    loads_nfg,
    number,
    read,
    read_json,
    read_nfg,
    write,
)

EXAMPLES = Path(__file__).parents[1] / "examples"
HEAD = 'NFG 1 R "t" { "p" "q" } '

# Gambit's manual, "Game representation formats": one game in payoff form and in outcome form
SELTEN = """
NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
SELTEN_OUTCOMES = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }

{
{ "1" "2" "3" }
{ "1" "2" }
}

{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0, 2 }
{ "" 1, 1 }
{ "" 0, 3 }
{ "" 2, 0 }
}
1 2 3 4 5 6
"""

numbers = st.fractions(max_denominator=10**6)
floats = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(codec="utf-8"), max_size=6)


@st.composite
def games(draw):
    """Games of one to four players, exact or float, with any names."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    size = len(shape) * int(np.prod(shape))
    values = draw(st.lists(draw(st.sampled_from([numbers, floats])), min_size=size, max_size=size))
    payoffs = np.empty(size, dtype=object)
    payoffs[:] = values
    players = [draw(names) for _ in shape]
    actions = [[draw(names) for _ in range(k)] for k in shape]
    return Game(payoffs.reshape(len(shape), *shape), players=players, actions=actions, title=draw(names))


# ---------------------------------------------------------------------------------------------- what is read
def test_payoff_form_of_the_manual():
    game = loads_nfg(SELTEN)
    assert game.payoffs[0].tolist() == [[1, 1], [0, 0], [0, 2]]  # player 1's strategy varies fastest
    assert game.payoffs[1].tolist() == [[1, 1], [2, 3], [2, 0]]
    assert game.title == "Selten (IJGT, 75), Figure 2, normal form"
    assert game.players == ("Player 1", "Player 2")


def test_outcome_form_of_the_manual():
    game = loads_nfg(SELTEN_OUTCOMES)
    assert game == loads_nfg(SELTEN)
    assert game.actions == (("1", "2", "3"), ("1", "2"))


def test_three_players_in_the_order_of_the_format():
    payoffs = " ".join(f"{i}{j}{k} 0 0" for k in (1, 2) for j in (1, 2) for i in (1, 2))
    game = loads_nfg(f'NFG 1 D "" {{ "a" "b" "c" }} {{ 2 2 2 }} {payoffs}')
    assert [game.payoffs[(0, *joint)] for joint in np.ndindex(2, 2, 2)] == [111, 112, 121, 122, 211, 212, 221, 222]


def test_outcome_zero_pays_nothing():
    game = loads_nfg(HEAD + '{ 2 2 } { { "only" 1/2 -1 } } 0 1 1 0')
    assert game.payoffs[0].tolist() == [[0, Fraction(1, 2)], [Fraction(1, 2), 0]]


def test_white_space_comment_and_escapes():
    text = 'NFG\t1\r\nR "a \\"b\\" \\\\ c\nd"{"p""q"}{{"x"}{"y"}}"comment {1 2} \\""\n\n\n1\n2\n\n'
    game = loads_nfg(text)
    assert game.given.title == 'a "b" \\ c\nd'
    assert game.title == 'a "b" \\ c d'
    assert game.actions == (("x",), ("y",))
    assert game.payoffs.tolist() == [[[1]], [[2]]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("+3", 3),
        ("-0", 0),
        ("0.25", Fraction(1, 4)),
        (".5", Fraction(1, 2)),
        ("-1.", -1),
        ("1/3", Fraction(1, 3)),
        ("-2/6", Fraction(-1, 3)),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E+2", 250),
    ],
)
def test_numbers_are_read_exactly(text, value):
    assert number(text) == value
    assert loads_nfg(f'NFG 1 R "" {{ "p" }} {{ 1 }} {text}').payoffs[0, 0] == value
    assert loads_json(f'{{"format": "lase-game", "version": 1, "payoffs": [["{text}"]]}}').payoffs[0, 0] == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "-Infinity",
        "1/0",
        "1e999999999",
        "1e400",
        "1" * 2000,
        "1_000",
        "0x10",
        "1/2/3",
        "1 2",
        "٣",
        "1.2/3",
    ],
)
def test_what_is_not_a_number(text):
    with pytest.raises(ValueError, match=r"is not a number|denominator|exponent|larger"):
        number(text)


def test_json_numbers():
    text = '{"format": "lase-game", "version": 1, "payoffs": [[%s, 2]]}'
    assert loads_json(text % 1).exact
    assert loads_json(text % '"0.1"').payoffs[0, 0] == Fraction(1, 10)
    assert loads_json(text % 0.1).payoffs.dtype == np.float64


# ---------------------------------------------------------------------------------------------- both ways
@given(games())
@settings(max_examples=60)
def test_nfg_round_trip(game):
    again = loads_nfg(dumps_nfg(game, comment='"\\'))
    assert again.exact
    assert (again.players, again.actions, again.title) == (game.players, game.actions, game.title)
    assert again == game.rational()
    assert again.numeric.tolist() == game.numeric.tolist()  # floats come back bit for bit


@given(games())
@settings(max_examples=60)
def test_json_round_trip(game):
    again = loads_json(dumps_json(game))
    assert again == game
    assert again.exact == game.exact
    assert (again.players, again.actions, again.title) == (game.players, game.actions, game.title)


@pytest.mark.parametrize("dumps", [dumps_nfg, dumps_json])
@pytest.mark.parametrize("entry", [sp.Symbol("T"), sp.sqrt(2)])
def test_symbols_cannot_be_written(dumps, entry):
    with pytest.raises(ValueError, match=r"call bind"):
        dumps(Game([[entry, 1]]))


@pytest.mark.parametrize("suffix", [".nfg", ".json", ".NFG"])
def test_write_and_read(tmp_path, suffix):
    path = tmp_path / f"game{suffix}"
    path.write_text("what was there before")
    write(c.snowdrift(), path)
    assert read(path) == c.snowdrift()
    assert list(tmp_path.iterdir()) == [path]  # nothing is left beside it


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    def full_disk(_):
        raise OSError("no space left")

    path = tmp_path / "game.nfg"
    path.write_text("before")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space left"):
        write(c.chicken(), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_write_refuses_other_suffixes_and_symbols(tmp_path):
    with pytest.raises(ValueError, match=r"must be .nfg or .json"):
        write(c.chicken(), tmp_path / "game.txt")
    with pytest.raises(ValueError, match=r"the payoffs have T"):
        write(c.prisoners_dilemma(T=sp.Symbol("T")), tmp_path / "game.nfg")
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------------------------------------- examples
@pytest.mark.parametrize(
    ("name", "game"),
    [
        ("prisoners_dilemma", c.prisoners_dilemma(3, 0, 5, 1)),
        ("ipd_4_0_5_1", c.prisoners_dilemma(4, 0, 5, 1)),
        ("lola_ipd", c.prisoners_dilemma(-1, -3, 0, -2)),
        ("stag_hunt", c.stag_hunt()),
        ("snowdrift", c.snowdrift()),
        ("symmetry_breaking", c.prisoners_dilemma(1, Fraction(-1, 4), 2, 0)),
        ("harmony", c.harmony()),
        ("battle_of_the_sexes", c.battle_of_the_sexes()),
        ("public_goods_3", c.public_goods(3, 2)),
    ],
)
def test_examples(name, game):
    found = read(EXAMPLES / f"{name}.nfg")
    assert found == game
    assert found.exact
    assert found.title


def test_every_example_is_tested():
    assert len(list(EXAMPLES.glob("*.nfg"))) == 9


# ---------------------------------------------------------------------------------------------- wrong files
@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "expected 'NFG' at the beginning of the file, found the end of the file"),
        ('EFG 2 R "t"', 1, "expected 'NFG'"),
        ('\nNFG 2 R "t" { "p" } { 1 } 1', 2, "expected version 1 of the format, found '2'"),
        ('NFG 1 X "t" { "p" } { 1 } 1', 1, "expected the number type R or D, found 'X'"),
        ("NFG 1 R t", 1, "expected the title in quotes, found 't'"),
        ('NFG 1 R "t\nu', 1, "the quotes that open here are never closed"),
        ('NFG 1 R "t" "p" "q"', 1, "expected '{' before the list of players"),
        ('NFG 1 R "t" { "p" q }', 1, "expected a quoted name or '}' in the list of players"),
        ('NFG 1 R "t" { } { }', 1, "the game has 0 players; allowed are 1 to 32"),
        ('NFG 1 R "t" {' + ' "p"' * 100 + " } {" + " 1" * 100 + " }", 1, "the game has 100 players"),
        (HEAD + "{ 2\n}", 2, "strategies are listed for 1 of 2 players"),
        (HEAD + "{ 2 2 2 }", 1, "strategies are listed for more than the 2 players"),
        (HEAD + "{ 2 0 }", 1, "the number of strategies of player 2 must be an integer from 1"),
        (HEAD + "{ 2 1/2 }", 1, "the number of strategies of player 2 must be an integer from 1"),
        (HEAD + '{ { "a" } { } }', 1, "player 2 has no strategies"),
        (HEAD + '{ { "a" } 2 }', 1, "expected the names of the strategies of player 2"),
        (HEAD + '{ 2 { "a" } }', 1, "the number of strategies of player 2"),
        (HEAD + "{ 9999 9999 } 1", 1, "9999 × 9999 strategies need 199960002 payoffs, more than 1000000"),
        (HEAD + "{ 2 2 }\n1 2 3\n4 5 6 7\n", 4, "expected payoff 8 of 8, found the end of the file"),
        (HEAD + "{ 2 2 }\n1 2 3\n4 5 six 7 8", 3, "payoff 6 of 8: 'six' is not a number"),
        (HEAD + "{ 2 2 }\n1 2 3\n4 5 nan 7 8", 3, "payoff 6 of 8: 'nan' is not a number"),
        (HEAD + "{ 2 2 }\n1, 2", 2, "expected payoff 2 of 8, found ','"),
        (HEAD + "{ 1 1 }\n1 2\n3", 3, "the game is complete, but '3' follows"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 } } 1', 2, "expected the payoff of player 2 in outcome 1, found '}'"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 2 3 } } 1', 2, "expected '}' after the 2 payoffs of outcome 1, found '3'"),
        (HEAD + "{ 1 1 }\n{ { 1 2 } } 1", 2, "expected the name of outcome 1 in quotes"),
        (
            HEAD + '{ 1 1 }\n{ { "a" 1 2 } }\n2',
            3,
            "outcome of joint strategy 1 of 1 must be an integer from 0 to 1, found 2",
        ),
        (HEAD + '{ 1 1 }\n{ { "a" 1 2 } }\n-1', 3, "must be an integer from 0 to 1, found -1"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 2 }\n1', 3, "expected '{' before an outcome or '}' after the last, found '1'"),
        ("\x00\x01\x7f", 1, "expected 'NFG'"),
    ],
    ids=range(30),
)
def test_wrong_nfg(text, line, problem):
    with pytest.raises(FormatError) as error:
        loads_nfg(text, source="g.nfg")
    message = str(error.value)
    assert message.startswith(f"g.nfg:{line}: ")
    assert problem in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "other"}, '"format": "lase-game"'),
        ({"version": 2}, "version must be 1, found '2'"),
        ({"payoff": 1}, "unknown key 'payoff'; allowed are format, version, title, players, actions, payoffs"),
        ({"title": 3}, "title must be a string"),
        ({"players": "ab"}, "players must be a list of strings"),
        ({"players": ["a"]}, "players must name 2 players, got 1"),
        ({"actions": ["ab", "cd"]}, "actions must be a list of lists of strings"),
        ({"actions": [["a"], ["b"]]}, "actions must name (2, 2) actions, got (1, 1)"),
        ({"payoffs": []}, "payoffs must be numbers or strings"),
        ({"payoffs": 3}, "payoffs must have shape (n, A_1, ..., A_n)"),
        ({"payoffs": [[1, 2], [3]]}, "some have unequal lengths"),
        ({"payoffs": [[[1, 2]], [[3, 4]], [[5, 6]]]}, "payoffs must have shape"),
        ({"payoffs": [[1, None]]}, "payoffs must be numbers or strings such as \"1/3\", found 'null'"),
        ({"payoffs": [[1, True]]}, "found 'true'"),
        ({"payoffs": [[1, "x"]]}, "'x' is not a number"),
        ({"payoffs": [[1, float("nan")]]}, "payoffs must be finite, found 'NaN'"),
        ({"payoffs": [[1, float("inf")]]}, "payoffs must be finite, found 'Infinity'"),
        ({"payoffs": [[1, 10**400]]}, "larger than the largest float"),
    ],
    ids=range(18),
)
def test_wrong_json(change, problem):
    content = json.loads(dumps_json(c.chicken())) | change
    with pytest.raises(FormatError) as error:
        loads_json(json.dumps(content), source="g.json")
    assert str(error.value).startswith("g.json:1: ")
    assert problem in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "3", "null", '"NFG"', "[" * 100_000, '{"format": "lase-game"}', "1" * 5000]
)
def test_json_that_is_no_game(text):
    with pytest.raises(FormatError):
        loads_json(text)


def test_json_without_payoffs_and_line_numbers():
    with pytest.raises(FormatError, match=r"^<text>:1: payoffs are missing"):
        loads_json('{"format": "lase-game", "version": 1}')
    text = dumps_json(c.chicken()).replace('"player 1", ', "")
    with pytest.raises(FormatError, match=r"^<text>:5: players must name 2 players"):
        loads_json(text)
    with pytest.raises(FormatError, match=r"^<text>:3: this is not JSON"):
        loads_json('{"format":\n"lase-game",\n???}')


def test_too_many_payoffs_are_refused(monkeypatch):
    text = dumps_json(c.chicken())
    monkeypatch.setattr("gametheory.formats.json_form.MAX_NUMBERS", 7)
    with pytest.raises(FormatError, match=r":7: payoffs of shape \(2, 2, 2\) are more than 7 numbers"):
        loads_json(text)


def test_files_that_are_not_text(tmp_path):
    path = tmp_path / "junk.nfg"
    path.write_bytes(b"NFG 1 R\n\xff\xfe\x00\x80")
    for reader in (read, read_nfg, read_json):
        with pytest.raises(FormatError, match=r"junk.nfg:2: this is not UTF-8 text"):
            reader(path)
    path.write_bytes(b"\xef\xbb\xbf" + dumps_nfg(c.chicken()).encode())  # a byte order mark is fine
    assert read(path) == c.chicken()


def test_read_knows_its_suffixes(tmp_path):
    with pytest.raises(FormatError, match=r"game.efg:1: the suffix '.efg' is unknown; allowed are .nfg and .json"):
        read(tmp_path / "game.efg")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.nfg")


# ---------------------------------------------------------------------------------------------- anything at all
def mutate(text, edits):
    for position, length, insert in edits:
        at = position % (len(text) + 1)
        text = text[:at] + insert + text[at + length :]
    return text


junk = st.one_of(
    st.text(max_size=4),
    st.sampled_from(['"', "{", "}", "\\", ",", " 99999999999 ", " 1/0 ", "1e99999", "nan", "[", "null", "\n"]),
)
edits = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12), junk), min_size=1, max_size=4)


def reads_or_refuses(loads, text):
    try:
        game = loads(text)
    except FormatError as error:
        problem = str(error)
        return "\n" not in problem
    return isinstance(game, Game)


@given(st.sampled_from([SELTEN, SELTEN_OUTCOMES, dumps_nfg(c.public_goods(3))]), edits)
@settings(max_examples=300)
def test_a_damaged_nfg_file_is_read_or_refused(text, changes):
    assert reads_or_refuses(loads_nfg, mutate(text, changes))


@given(st.sampled_from([dumps_json(c.chicken()), dumps_json(Game([[0.5, 1e-5, 3]]))]), edits)
@settings(max_examples=300)
def test_a_damaged_json_file_is_read_or_refused(text, changes):
    assert reads_or_refuses(loads_json, mutate(text, changes))


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.nfg"
    path.write_bytes(content)
    with pytest.raises(FormatError):
        read(path)


# ---------------------------------------------------------------------------------------------- byte order mark
@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\r\n", "\ufeff \t"])
def test_a_byte_order_mark_is_no_letter(mark, tmp_path):
    game = c.snowdrift()
    assert loads_nfg(mark + dumps_nfg(game)) == game
    assert loads_json(mark + dumps_json(game)) == game
    for suffix, dumps in ((".nfg", dumps_nfg), (".json", dumps_json)):
        path = tmp_path / f"marked{suffix}"
        path.write_bytes((mark + dumps(game)).encode())
        assert read(path) == game
    with pytest.raises(FormatError, match=r"^<text>:2: .*found 'Q'"):  # lines are counted as before
        loads_nfg("\ufeff\nQ")
    with pytest.raises(FormatError, match=r"^<text>:1: expected 'NFG'"):  # one mark, at the beginning
        loads_nfg("\ufeff\ufeffNFG 1 R")
