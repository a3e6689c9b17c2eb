"""Sphinx configuration. The built pages load nothing from outside: they can be read without a network."""

import shutil
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent

project = "lase-toolkit"
author = "The lase-toolkit developers"
copyright = f"2026, {author}"
version = release = version_of("lase-toolkit")

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

# Pages
html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["_static"]

# Formulas: MathJax 3 in one file, drawn as SVG, so that neither scripts nor fonts come from elsewhere. The context
# menu is off because its accessibility explorer fetches speech rules from the network.
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {"options": {"enableMenu": False}}

# Markdown
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Docstrings
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # numpydoc sections give types together with shapes
autosummary_generate = True
default_role = "py:obj"
numpydoc_show_class_members = False  # automodule lists them

# Notebooks, the tutorial among them, are copied with their stored outputs; `make notebooks` executes them.
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # the default fetches scripts from the network; a slider is alive in Jupyter, and a picture here
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]


def copy_notebooks():
    """Mirror ../notebooks/*.ipynb in ./notebooks, where Sphinx looks for pages; links into docs are shorter there."""
    mirror = HERE / "notebooks"
    shutil.rmtree(mirror, ignore_errors=True)
    mirror.mkdir()
    for notebook in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        (mirror / notebook.name).write_text(notebook.read_text().replace("](../docs/", "](../"))


def write_theorems():
    """Write the book of theorems from the catalogue, verified anew, so that a page shows what holds at present."""
    from gametheory import theorems
    from gametheory.theorems.book import chapters
    from gametheory.theorems.many import verify_many

    book = HERE / "theorems"
    shutil.rmtree(book, ignore_errors=True)
    book.mkdir()
    for name, text in chapters(verify_many(list(theorems.catalogue()))).items():
        (book / f"{name}.md").write_text(text)


copy_notebooks()
write_theorems()
