"""The command `lase`, called as a process would call it."""

import json
import subprocess
import sys

import pytest

from lase_core.cli import main

PD = ["analyse", "prisoners_dilemma", "R=3", "S=0", "T=5", "P=1"]


def test_analyse_writes_rest_points_gifts_and_outlook(capsys):
    assert main(["analyse", "examples/prisoners_dilemma.nfg"]) == 0
    text = capsys.readouterr().out
    for expected in (
        "prisoner's dilemma (T > R > P > S",
        "p* = (T + S - P)/(2 T + S - R - P) = 2/3",
        "(2/3, 2/3) ≈ (0.6667, 0.6667)  sink node, interior; eigenvalues -4/3, -8/27",
        "p2 = probability that Column plays cooperate",
        "mean gift weight  Row→Column: 2/9, Column→Row: 2/9",
        "welfare           46/9",
        # the edge p1 = 1: the flow along it rests where g2 = 0, and leaves it because g1 < 0 there
        "(1, 1/3) ≈ (1.0000, 0.3333)  saddle, p1 = 1; eigenvalues -2/3, 8/9",
        "across   p1: g = -8/9 (leaves)",
        "The only rest point proved to attract is (2/3, 2/3); no closed orbit lies inside the square (Dulac's",
    ):
        assert expected in text
    assert text.count("source node") == 4  # the corners


def test_larger_games_say_what_is_searched_and_how_it_is_known(capsys):
    assert main(["analyse", "rock_paper_scissors"]) == 0
    text = capsys.readouterr().out
    assert "rest points with all players alike (complete: branch and prune with Krawczyk's test)" in text
    assert "this is the diagonal only" in text
    assert main(["analyse", "public_goods", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (len(found["rest_points"]), found["complete"], found["rest_points_of"]) == (27, True, "all profiles")
    assert {p["certificate"] for p in found["rest_points"]} == {
        "a corner",
        "rational zero, checked exactly, alone by Krawczyk's test",
        "one zero within the radius, Krawczyk's test",
    }


def test_latex_derives_the_closed_form_with_symbols(capsys):
    assert main([*PD, "--latex"]) == 0
    text = capsys.readouterr().out
    assert r"p^* = \frac{T + S - P}{2 T + S - R - P}" in text
    assert r"R > S,\quad T > P" in text


def test_json_has_exact_numbers_and_decimals(capsys):
    assert main([*PD, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (sink,) = (point for point in found["rest_points"] if point["stability"] == "sink")
    assert sink["location"][0] == {"exact": "2/3", "value": pytest.approx(2 / 3)}
    assert sink["gifts"]["mean_weights"][0][1]["exact"] == "2/9"
    assert found["complete"] is True


def test_decimals_and_fractions_name_the_same_game(capsys):
    main(["analyse", "donation", "b=3", "c=0.5"])
    decimal = capsys.readouterr().out
    main(["analyse", "donation", "b=3", "c=1/2"])
    assert capsys.readouterr().out == decimal
    assert "(5/6, 5/6)" in decimal  # 1 - c/b


def test_figure_appears_whole(tmp_path, capsys):
    assert main([*PD, "--figure", str(tmp_path / "portrait.png")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["portrait.png"]
    assert (tmp_path / "portrait.png").read_bytes().startswith(b"\x89PNG")
    assert "portrait.png" in capsys.readouterr().out


def test_symmetric_games_with_three_actions_are_drawn_on_a_triangle(tmp_path, capsys):
    assert main(["analyse", "rock_paper_scissors", "--figure", str(tmp_path / "triangle.png")]) == 0
    assert (tmp_path / "triangle.png").read_bytes().startswith(b"\x89PNG")
    assert "triangle.png" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["analyse", "prisoner_dilemma"], "did you mean prisoners_dilemma"),
        (["analyse", "donation", "b=3", "q=1"], "allowed are b, c"),
        (["analyse", "donation", "b"], "NAME=NUMBER"),
        (["analyse", "donation", "b=3", "c=__import__('os')"], "is not a number"),
        (["analyse", "prisoners_dilemma", "R=9", "S=0", "T=5", "P=1"], "T > R does not hold"),
        (["analyse", "missing.nfg"], "missing.nfg: No such file"),
        (["analyse", "examples/stag_hunt.nfg", "R=3"], "not with a file"),
        (["analyse", "public_goods", "--latex"], "2×2 games"),
        (["analyse", "public_goods", "--figure", "x.png"], "two players"),
        (["analyse", "chicken", "--figure", "x.gif"], ".png, .pdf or .svg"),
        (["analyse", "chicken", "--figure", "no/such/folder/x.png"], "No such file or directory"),
        (["analyse", "chicken", "--latex", "--json"], "choose one"),
        (["analyse"], "GAME"),
        (["analyze", "chicken"], 'Did you mean "analyse"'),
        (["figures", "plain"], "did you mean plane"),
        (["reproduce", "--scale", "huge"], '"quick", "full"'),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, said, capsys):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("lase: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('NFG 1 R "t" { "a" "b" }\n{ 2 2 }\n1 2 3', 3),  # payoffs missing
        ('NFG 1 R "t" { "a" "b" }\n{ 2 2 }\n1 2 3 4 5 6 7 8 9', 3),  # one too many
        ('NFG 7 R "t" { "a" "b" }\n{ 2 2 }\n1 2 3 4 5 6 7 8', 1),  # unknown version
        ("\x00\x01\x02", 1),  # junk
    ],
)
def test_bad_files_name_file_and_line(content, line, tmp_path, capsys):
    path = tmp_path / "bad.nfg"
    path.write_text(content, encoding="utf-8")
    assert main(["analyse", str(path)]) == 2
    captured = capsys.readouterr()
    assert f"bad.nfg:{line}: " in captured.err
    assert captured.err.count("\n") == 1


def test_help_has_an_example_and_imports_nothing_slow():
    code = (
        "import sys; from lase_core.cli import main; main(['--help']);"
        "print([m for m in ('sympy', 'scipy', 'matplotlib', 'nashpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert "Example: lase analyse" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_import_gametheory_imports_nothing_slow():
    code = "import sys, gametheory; print([m for m in ('sympy', 'scipy', 'matplotlib', 'nashpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "[]\n"
