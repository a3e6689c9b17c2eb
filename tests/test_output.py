"""Every command writes on every terminal: letters that the encoding does not have are spelt out."""

import io
import json
import os
import subprocess
import sys

import pytest

import gametheory as gt
from lase_core.cli import main
from lase_core.cli.output import spelt

COMMANDS = ("analyse", "figures", "verify", "train", "render", "reproduce")
NAMED = gt.Game.from_bimatrix(
    [[3, 0], [5, 1]], players=["Ann", "Bjørn"], actions=[["合作", "背叛"], ["coopère", "½"]], title="囚徒 é → ω"
)


@pytest.fixture
def terminal(monkeypatch):
    """Run a command on a terminal with another encoding; returns exit code, output and errors."""

    def run(encoding, *arguments):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        code = main(list(map(str, arguments)))
        for stream in streams:
            stream.flush()
        return code, *(stream.buffer.getvalue().decode(encoding) for stream in streams)

    return run


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    path = tmp_path_factory.mktemp("named") / "named.json"
    gt.formats.write(NAMED, path)
    return path


@pytest.mark.parametrize(
    ("letter", "ascii_"),
    [
        ("²", "^2"), ("→", "->"), ("≥", ">="), ("≈", "~"), ("−", "-"), ("×", "x"), ("…", "..."), ("½", "1/2"),
        ("ω", "omega"), ("Δ", "delta"), ("é", "e"), ("囚", "?"), ("\ud800", "?"), ("\U0001f600", "?"),
    ],
)  # fmt: skip
def test_spelling(letter, ascii_):
    assert spelt(letter) == ascii_


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
def test_analyse_writes_what_the_encoding_has_and_spells_the_rest(encoding, terminal, named):
    code, text, errors = terminal(encoding, "analyse", named)
    assert (code, errors) == (0, "")
    assert text.startswith("?? e -> omega\n" if encoding == "ascii" else "?? é -> omega\n")
    assert ("Ann->Bjørn" if encoding in {"cp1252", "latin-1"} else "Ann->Bj") in text
    assert ("p1^2" if encoding == "ascii" else "p1²") in text  # powers are not lost
    assert "(2/3, 2/3) ≈ (0.6667, 0.6667)" in text if encoding == "cp437" else "(2/3, 2/3) ~ (0.6667" in text


def test_json_is_the_same_on_every_terminal(terminal, named):
    code, text, _ = terminal("ascii", "analyse", named, "--json")
    assert code == 0
    found = json.loads(text)
    assert (found["title"], found["players"], found["actions"][0]) == (NAMED.title, ["Ann", "Bjørn"], ["合作", "背叛"])
    assert terminal("utf-8", "analyse", named, "--json")[1] == text


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_every_command_writes_everywhere(encoding, terminal, named, tmp_path):
    for command in ((), *((name,) for name in COMMANDS)):
        code, text, errors = terminal(encoding, *command, "--help")
        assert (code, errors) == (0, "")
        assert "Usage" in text
    assert r"\text{?? }" not in terminal(encoding, "analyse", named, "--latex")[1]
    code, text, _ = terminal(encoding, "verify", "--claim", "0 <= p <= 1 => p*(1 - p) <= 1/4")
    assert code == 0
    assert "proved" in text
    run = tmp_path / "run"
    few = ("--episodes", "2", "--set", "worlds=1", "horizon=4", "--seeds", "0,1")
    code, text, _ = terminal(encoding, "train", "matrix", "--out", run, *few)
    assert code == 0
    assert ("mean ± sd over seeds" if encoding == "cp1252" else "mean +- sd over seeds") in text
    code, text, _ = terminal(encoding, "render", "coin", "--steps", "1", "--out", tmp_path / "é→.gif")
    assert code == 0
    assert "->.gif" in text
    for wrong in (("analyse", "囚→徒"), ("train", "囚"), ("render", "é→", "--out", "x.gif"), ("figures", "→")):
        code, text, errors = terminal(encoding, *wrong)
        assert (code, text, errors.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        pytest.param({"PYTHONIOENCODING": "ascii:strict"}, marks=pytest.mark.slow),
    ],
)
def test_a_process_with_another_encoding(settings, named):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", "import sys; from lase_core.cli import main; sys.exit(main())", "analyse", str(named)],
        env=clean | settings,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"?? ")
    assert b"->" in done.stdout
