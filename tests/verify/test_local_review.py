"""The review function at a local service."""

from __future__ import annotations

import pytest

from verify.endpoint import Endpoint, local_service
from verify.local_review import registered
from verify.run import Run


def test_the_function_reviews_messages_at_a_local_service() -> None:
    with local_service() as endpoint:
        run = Run(endpoint)
        room = run.new_room(messageReviewHandler={"uri": run.function})["arn"]

        assert run.client(room).ask("SEND_MESSAGE", Content="edit")["Content"] == "edited by the handler"
        run.clean()


def test_a_refusal_of_the_service_is_an_error(endpoint: Endpoint) -> None:
    arn = "arn:aws:lambda:us-west-2:000000000000:function:" + "f" * 200

    with pytest.raises(RuntimeError, match="refused a review handler"), registered(endpoint.url or "", arn):
        pass
