"""The site of documents: what it is made of and how it looks. ``make docs`` builds it; it needs no network.

Sphinx and not MkDocs: MkDocs 1, which the plugins for it need, is no longer maintained.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

import reference  # noqa: E402
from pygments.lexers import PythonLexer, TextLexer  # noqa: E402

import monotown  # noqa: E402

project = "Monotown"
version = release = monotown.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
# the sources are the whole repository, so that a link between two documents is the same on a shelf and on the site
root_doc = "docs/index"
include_patterns = list(reference.PAGES)
exclude_patterns = list(reference.LEFT_OUT)

myst_heading_anchors = 4
# outputs stand in a page where they were asked for: make docs NOTEBOOKS=force, after make results
nb_execution_mode = os.environ.get("NOTEBOOKS", "off")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_ipywidgets_js = {}  # from a network: a slider without a kernel moves nothing, its text is shown instead
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

default_role = "py:obj"
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
# by their names, not by what they stand for
autodoc_type_aliases = {name: name for name in ("Array", "ArrayLike", "Counts", "Mask", "pa.DataFrameSchema")}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "Monotown"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = False
html_show_copyright = False


#: At the top of the site, for who opens its folder.
DOOR = """<!doctype html>
<meta charset="utf-8">
<title>Monotown</title>
<meta http-equiv="refresh" content="0; url={to}">
<a href="{to}">Monotown</a>
"""


def fill(app, name, source):
    """Put into a document what is made for it."""
    source[0] = reference.filled(source[0])


def shorten(app, what, name, found, options, signature, returned):
    """Leave out of a signature what is no Python: a default that is made anew, a function without a name."""
    return signature and re.sub(r"<[^<>]*(<[^<>]*>)?>", "...", signature), returned


def say_language(app, name, template, context, doctree):
    """Say the language of a page to browsers and readers of screens."""
    context["language"] = reference.language_of(name)


def open_door(app, error):
    """Lead from the top of the site to its first page."""
    if error is None and app.builder.format == "html":
        text = DOOR.format(to=app.builder.get_target_uri(root_doc))
        Path(app.outdir, "index.html").write_text(text, encoding="utf-8")


def setup(app):
    """Connect the steps above to the build."""
    app.add_lexer("snakemake", PythonLexer)
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", fill)
    app.connect("autodoc-process-signature", shorten)
    app.connect("html-page-context", say_language)
    app.connect("build-finished", open_door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
