"""The rooms of a region, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_ivschat import service_model
from pulumi_ivschat.cli.options import Access
from pulumi_ivschat.errors import Invalid


def listed(access: Access, region: str, **filters: str | None) -> Iterator[dict[str, Any]]:
    """Give what ListRooms says of each room that passes the filters (`name`, `message_review_handler_uri` …)."""
    shape = service_model.operations()["ListRooms"].input
    if found := [f"{failure.property} {failure.reason}" for failure in service_model.failures(shape, filters)]:
        raise Invalid("; ".join(found))
    members = service_model.to_api(shape, filters)
    while True:
        page = access.call("ListRooms", region, **members)
        yield from page["rooms"]
        if not page.get("nextToken"):
            return
        members["nextToken"] = page["nextToken"]
