"""
Sessions of botocore that skip work, which takes most of the time of a first client, and of a page of a list.

botocore's own loader lists the folders of all services, some 450, twice before it loads the model of one. Its own way to read a
time takes 75 % of what a page of a list takes.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session


def quick(session: Session) -> Session:
    """Return a session that finds a service's model by its name, and reads times in AWS's form by itself."""
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_time)
    loader: Any = session.get_component("data_loader")
    loader.list_available_services = lambda _: _services(loader.search_paths)
    return session


def _services(search_paths: list[str]) -> list[str]:
    """Return the names of all services that may have a model: loading one that has none raises DataNotFoundError."""
    folders = filter(Path.is_dir, map(Path, search_paths))
    return sorted({each.name for folder in folders for each in folder.iterdir()})


def _time(value: Any) -> datetime:
    """Read a time in AWS's form; leave any other one to botocore."""
    with contextlib.suppress(AttributeError, ValueError):
        if value.endswith("Z"):
            return datetime.fromisoformat(f"{value[:-1]}+00:00")
    from botocore.utils import parse_timestamp  # noqa: PLC0415  loaded by now

    return parse_timestamp(value)
