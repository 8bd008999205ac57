"""Sphinx's configuration of the documentation site, which `make docs` builds from staged sources (`tools/docs/`)."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.docs.docstrings_as_rst import as_rst, help_as_rst

project = "pulumi_ivschat"
author = "the contributors of pulumi_ivschat"
project_copyright = author
release = version = importlib.metadata.version("pulumi-ivschat")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
]
root_doc = "index"
exclude_patterns = ["files/**"]
language = "en"
highlight_language = "none"
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other libraries; there is no network for their inventories
suppress_warnings: list[str] = []

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
add_module_names = False
default_role = "literal"
smartquotes = False  # they would change options such as --json

copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
copybutton_line_continuation_character = "\\"

linkcheck_ignore = [r"https?://(localhost|127\.0\.0\.1)\b.*", r"https?://example\.com\b.*"]
linkcheck_retries = 3

html_search_scorer = str(Path(__file__).with_name("_static") / "scorer.js")
html_theme = "furo"
html_title = "pulumi_ivschat"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options: dict[str, Any] = {
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
}


def setup(app: Any) -> None:
    """Let docstrings and help texts, whose markup is Markdown's, be read as reStructuredText."""

    def convert(_app: Any, _what: str, _name: str, _of: Any, _options: Any, lines: list[str]) -> None:
        lines[:] = as_rst(lines)

    def fit(_app: Any, _context: Any, lines: list[str]) -> None:
        lines[:] = help_as_rst(lines)

    app.connect("autodoc-process-docstring", convert)
    for part in ("description", "options", "arguments"):
        app.connect(f"sphinx-click-process-{part}", fit)
