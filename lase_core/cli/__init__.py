"""The command ``lase``.

Exit code 0: done. 1: a claim or check failed, or a loss is not a number. 2: bad input, with one line that says what to
change. 130: stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError

from lase_core.cli.output import spell_out

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "main"]

app = App(
    name="lase",
    help="Learning dynamics of LASE in matrix games: derive, check, draw, train.",
    help_epilogue="Example: lase analyse prisoners_dilemma R=4 S=0 T=5 P=1",
    version=lambda: version("lase-toolkit"),
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # main says so
)
for _name, _help, _example in (
    (
        "analyse",
        "Analyse a game: class, Nash equilibria, LASE learning field, rest points with stability and gifts.",
        "lase analyse examples/prisoners_dilemma.nfg --figure portrait.png",
    ),
    (
        "figures",
        "Draw figures into figures/out, with predicted beside measured numbers.",
        "lase figures plane donation",
    ),
    (
        "verify",
        "Prove the statements of the theorem catalogue again, or a claim of your own.",
        'lase verify lase-interior-cooperation; lase verify --claim "0 <= p <= 1 => p*(1 - p) <= 1/4"',
    ),
    (
        "train",
        "Train learners in a world: matrix, coin, cleanup, snowdrift, stag_hunt.",
        "lase train cleanup --agents lase,lase,a2c,a2c --seeds 0-4 --out runs/first; lase train --resume runs/first",
    ),
    (
        "render",
        "Write a film of scripted players in a grid world, or of what a run has learned.",
        "lase render cleanup --players cooperator,cooperator,defector,random --out cleanup.gif --set height=10",
    ),
    ("reproduce", "Draw everything and write figures/out/report.html.", "lase reproduce --scale quick"),
):
    # by name: a command's module is imported when it is called, so that --help is quick
    app.command(f"lase_core.cli.{_name}:{_name}", name=_name, help=_help, help_epilogue=f"Example: {_example}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Instead of those of the process.

    Returns
    -------
    int
        Exit code.

    Examples
    --------
    >>> main(["analyse", "no_such_game"])
    2
    """
    spell_out()
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except BrokenPipeError:  # the reader, e.g. `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (CycloptsError, ValueError, ImportError, OSError) as error:
        from gametheory.names import one_line  # NumPy comes with it: not before a command has seen to its threads

        at = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        print(f"lase: {one_line(at)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("lase: stopped", file=sys.stderr)
        return 130
    return result if isinstance(result, int) else 0
