"""Page tokens alone."""

from __future__ import annotations

import pytest

from pulumi_ivschat.local import pages
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.store import Position

POSITION = Position("2026-01-31T08:00:00.123Z", 7)
LISTING = {"operation": "ListRooms", "name": "x"}


def test_a_token_gives_its_position_back() -> None:
    token = pages.token(POSITION, "secret", LISTING)

    assert pages.position(token, "secret", LISTING) == POSITION
    assert len(token) <= 1024


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_is_the_first_page(token: str | None) -> None:
    assert pages.position(token, "secret", LISTING) is None


@pytest.mark.parametrize(("secret", "listing"), [("other", LISTING), ("secret", {**LISTING, "name": "y"})])
def test_a_token_of_another_service_or_list_is_refused(secret: str, listing: dict[str, str]) -> None:
    with pytest.raises(ApiError, match="nextToken is not a token of this list"):
        pages.position(pages.token(POSITION, "secret", LISTING), secret, listing)


@pytest.mark.parametrize("token", ["é", "=", "AAAA", "x" * 1024, "\n"])
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(ApiError, match="ValidationException"):
        pages.position(token, "secret", LISTING)
