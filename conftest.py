"""What every test shares; and the examples in README.md and docs/, run as tests.

This file stands at the top because pytest asks only the conftest files above a document to collect it.
"""

import os
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

os.environ["MPLBACKEND"] = "Agg"  # before anything imports matplotlib: tests draw without a screen

import pytest
from hypothesis import settings
from sybil import Sybil
from sybil.evaluators.doctest import NUMBER
from sybil.parsers.myst import ClearNamespaceParser, PythonCodeBlockParser, SkipParser

# The same examples in every run: a failure can be met again, and a slow machine fails nothing.
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("all", settings.get_profile("quick"), max_examples=100)
settings.load_profile("quick")

collect_ignore = ["docs/conf.py"]

documents = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE | NUMBER),
        SkipParser(),
        ClearNamespaceParser(),
    ],
    patterns=["README.md", "docs/*.md", "docs/worlds/*.md"],
    fixtures=["close_figures"],
)
pytest_collect_file = documents.pytest()


def pytest_configure(config):
    """Try more examples where slow tests run too."""
    if config.option.markexpr != "not slow":
        settings.load_profile("all")


@pytest.fixture(autouse=True)
def close_figures():
    """Close what a test drew."""
    yield
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
