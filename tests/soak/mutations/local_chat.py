"""More behaviours of the local service's chat that differ in one way: lengths, rates, who gets an event, and reviews."""

from __future__ import annotations

from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import CHAT, MESSAGING, REVIEW, TESTS_OF_VERIFY, value


@bug("A room's own maximum length is not enforced", CHAT, "message", tests=TESTS_OF_VERIFY)
def rooms_of_any_length(right: Any, self: Any, session: Any, action: Any) -> Any:
    content = action.members["Content"]
    most = 500
    if len(content) > most:
        return right(self, session, action)
    short = {**action.members, "Content": "x"}
    return attrs.evolve(right(self, session, attrs.evolve(action, members=short)), content=content)


@bug("The rate of a room counts for each of its connections", CHAT, "message", tests=TESTS_OF_VERIFY)
def a_rate_for_each_connection(right: Any, self: Any, session: Any, action: Any) -> Any:
    room = session.grant.room_arn
    others = value(MESSAGING).Chat(vars(self)["_store"], vars(self)["_clock"])
    own = vars(self).setdefault("rates of connections", {}).setdefault((room, session.id), others)
    return right(own, session, action)


@bug("DisconnectUser acts in all rooms", CHAT, "disconnect_user", tests=TESTS_OF_VERIFY)
def disconnected_everywhere(  # noqa: PLR0913, PLR0917 - the parameters of the right one
    right: Any, self: Any, arn: Any, user_id: Any, reason: Any, request_id: Any = ""
) -> None:
    right(self, arn, user_id, reason, request_id)
    for session in self.sessions():
        if session.grant.user_id == user_id:
            session.connection.close(1000, "The user was disconnected")


@bug("The reason of a client's DISCONNECT_USER is lost", CHAT, "moderate", tests=TESTS_OF_VERIFY)
def no_reason_of_a_client(right: Any, self: Any, session: Any, action: Any) -> Any:
    if action.name != "DISCONNECT_USER":
        return right(self, session, action)
    members = {name: each for name, each in action.members.items() if name != "Reason"}
    return right(self, session, attrs.evolve(action, members=members))


@bug("A client's DELETE_MESSAGE is answered to the client only", CHAT, "moderate", tests=TESTS_OF_VERIFY)
def only_the_sender_hears(right: Any, self: Any, session: Any, action: Any) -> Any:
    if action.name != "DELETE_MESSAGE":
        return right(self, session, action)
    others = [each for each in self.sessions(session.grant.room_arn) if each is not session]
    for each in others:
        self.leave(each)
    right(self, session, action)
    for each in others:
        self.join(each.grant, each.connection)
    return None


@bug("Events go to all rooms", CHAT, "send_event", tests=TESTS_OF_VERIFY)
def events_everywhere(  # noqa: PLR0913, PLR0917 - the parameters of the right one
    right: Any, self: Any, arn: Any, name: Any, attributes: Any, request_id: Any = ""
) -> Any:
    for other in {session.grant.room_arn for session in self.sessions()} - {arn}:
        right(self, other, name, attributes, request_id)
    return right(self, arn, name, attributes, request_id)


@bug("A review handler cannot edit attributes", REVIEW, "judged", tests=TESTS_OF_VERIFY)
def no_edits_of_attributes(right: Any, message: Any, answer: Any) -> Any:
    return attrs.evolve(right(message, answer), attributes=message.attributes)
