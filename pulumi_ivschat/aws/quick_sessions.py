"""
Sessions of botocore that skip work, which takes most of the time of a first client.

botocore's own loader lists the folders of all services, some 450, twice before it loads the model of one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session


def quick(session: Session) -> Session:
    """Return a session that finds a service's model by its name."""
    loader: Any = session.get_component("data_loader")
    loader.list_available_services = lambda _: _services(loader.search_paths)
    return session


def _services(search_paths: list[str]) -> list[str]:
    """Return the names of all services that may have a model: loading one that has none raises DataNotFoundError."""
    folders = filter(Path.is_dir, map(Path, search_paths))
    return sorted({each.name for folder in folders for each in folder.iterdir()})
