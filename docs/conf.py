"""The site of documents: what it is made of and how it looks. ``make docs`` builds it; nothing in it needs a network."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

import reference  # noqa: E402

import monotown  # noqa: E402

project = "Monotown"
version = release = monotown.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
# the sources are the whole repository, so that a link between two documents is the same on a shelf and on the site
root_doc = "docs/index"
include_patterns = list(reference.PAGES)
exclude_patterns = list(reference.LEFT_OUT)
# a place is kept for pages in other languages that may not be there yet
suppress_warnings = ["toc.empty_glob"]

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


def _filled(app, name, source):
    source[0] = reference.filled(source[0])


def _in_its_language(app, name, template, context, doctree):
    context["language"] = reference.language_of(name)


def _door(app, error):
    if error is None and app.builder.format == "html":
        to = app.builder.get_target_uri(root_doc)
        text = f'<!doctype html><meta charset="utf-8"><title>Monotown</title><meta http-equiv="refresh" content="0; url={to}">'
        Path(app.outdir, "index.html").write_text(f'{text}<a href="{to}">Monotown</a>\n', encoding="utf-8")


def setup(app):
    app.connect("source-read", _filled)
    app.connect("html-page-context", _in_its_language)
    app.connect("build-finished", _door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
