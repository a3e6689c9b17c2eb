"""The Makefile: where tools keep what they keep, when nothing can be kept at home."""

import os
import shutil
import subprocess

import pytest

from lase_core.report import checkout


def variables(**environment):
    """Return HOME and XDG_CACHE_HOME as recipes see them, with these of them in the environment."""
    words = [shutil.which("make"), "--no-print-directory", "-f", "Makefile", "-f", "-", "shown"]
    recipe = 'shown: ; @echo "$$HOME|$$XDG_CACHE_HOME"\n'
    without = {key: value for key, value in os.environ.items() if key not in {"HOME", "XDG_CACHE_HOME"}}
    done = subprocess.run(  # noqa: S603 (make)
        words, input=recipe, cwd=checkout(), env=without | environment, capture_output=True, text=True, check=True
    )
    return tuple(done.stdout.strip().split("|"))


@pytest.fixture
def inside():
    return tuple(str(checkout() / ".venv" / name) for name in ("home", "cache"))


def test_what_can_be_written_to_is_left_alone(tmp_path):
    assert variables(HOME=str(tmp_path)) == (str(tmp_path), "")
    assert variables(HOME=str(tmp_path / "not" / "there yet")) == (str(tmp_path / "not" / "there yet"), "")
    assert variables(HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "c")) == (str(tmp_path), str(tmp_path / "c"))


@pytest.mark.parametrize("home", ["/dev/null", "/dev/null/nobody", ""])
def test_without_a_home_everything_goes_beside_the_environment(home, inside):
    # whoever runs this: nothing can be kept in a file, and the rights of a folder mean nothing to the superuser
    assert variables(HOME=home) == (inside[0], "")


def test_without_a_variable_of_that_name(inside):
    assert variables() == (inside[0], "")


def test_a_cache_that_cannot_be_written_to(tmp_path, inside):
    assert variables(HOME=str(tmp_path), XDG_CACHE_HOME="/dev/null") == (str(tmp_path), inside[1])
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "uv").touch()
    assert variables(HOME=str(tmp_path)) == (str(tmp_path), inside[1])
