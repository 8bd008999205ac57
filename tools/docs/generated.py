"""The pages of the reference that are generated when the site is built."""

from __future__ import annotations

from tools.docs.catalogue_pages import catalogue_pages
from tools.docs.component_pages import component_pages
from tools.docs.error_pages import error_pages
from tools.docs.python_pages import python_pages
from tools.docs.resource_pages import resource_pages


def pages() -> dict[str, str]:
    """Return the text of each page by its path on the site."""
    return {**resource_pages(), **component_pages(), **catalogue_pages(), **error_pages(), **python_pages()}
