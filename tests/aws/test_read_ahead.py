"""Reading ahead: how many calls it takes, and that each answer was true after the start, also if rooms change meanwhile."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.page_budget import MARGIN, MOST_PROMISED
from pulumi_ivschat.aws.read_ahead import Agrees, ReadAhead, Reader
from pulumi_ivschat.errors import AccessDenied, IvsChatError, ResourceNotFound, Throttling
from pulumi_ivschat.model.conversion import from_api
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.settings import Connection
from tests.conftest import LocalService
from tests.drawn import drawn

PAGE: Final = 50
STACK: Final = "chat/prod"
GET_ROOM: Final = operations()["GetRoom"].output


def always(_: Mapping[str, Any]) -> bool:
    return True


def arn_of(number: int, region: str = "us-west-2", kind: str = "room") -> str:
    return f"arn:aws:ivschat:{region}:000000000000:{kind}/{number:012d}"


def version(arn: str, number: int) -> dict[str, Any]:
    """Return a room as it is after *number* changes; everything about it shows which."""
    return {
        "arn": arn,
        "id": arn[-12:],
        "name": f"v{number}",
        "createTime": "t",
        "updateTime": f"u{number}",
        "tags": {"v": str(number)},
        "maximumMessageLength": number % 500 + 1,
        "maximumMessageRatePerSecond": 1,
    }


@attrs.define
class Account:
    """An account whose rooms change behind everybody's back; it counts calls."""

    rooms: dict[str, int]
    """Versions by ARN; newest change first."""
    owned: set[str] = attrs.field(factory=set)
    """ARNs of rooms with the owner tag of the stack that is read."""
    calls: list[str] = attrs.field(factory=list)
    failing: type[IvsChatError] | None = None

    def change(self, arn: str) -> None:
        """Update a room, which moves it to the front."""
        number = self.rooms.pop(arn) + 1
        self.rooms = {arn: number, **self.rooms}

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Answer ListRooms, or carry out CreateRoom, UpdateRoom and DeleteRoom."""
        del region, subject
        self.calls.append(operation)
        if self.failing and operation == "ListRooms":
            message = "as the test wants it"
            raise self.failing(message)
        if operation == "ListRooms":
            return self._page(members.get("nextToken"))
        if operation in {"GetRoom", "ListTagsForResource"}:
            return self._room(members["identifier" if operation == "GetRoom" else "resourceArn"])
        if operation == "CreateRoom":
            arn = arn_of(len(self.rooms))
            self.rooms = {arn: 0, **self.rooms}
            return self._version(arn)
        if operation == "UpdateRoom":
            self.change(members["identifier"])
        if operation == "DeleteRoom":
            self.rooms.pop(members["identifier"], None)
        return {}

    def _room(self, arn: str) -> dict[str, Any]:
        if arn not in self.rooms:
            message = "gone"
            raise ResourceNotFound(message)
        return self._version(arn)

    def _version(self, arn: str) -> dict[str, Any]:
        room = version(arn, self.rooms[arn])
        if arn in self.owned:
            room["tags"][OWNER_TAG] = owner_of(arn)
        return room

    def _page(self, token: str | None) -> dict[str, Any]:
        """Return a page; a token names the last room of the page before, by its number of changes made so far."""
        listed = list(self.rooms)
        begin = listed.index(token) + 1 if token in listed else len(listed) if token else 0
        content = [self._version(arn) for arn in listed[begin : begin + PAGE]]
        for room in content:
            del room["maximumMessageLength"], room["maximumMessageRatePerSecond"]
        more = begin + PAGE < len(listed)
        return {"rooms": content, **({"nextToken": content[-1]["arn"]} if more else {})}


def read(ahead: ReadAhead, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any]:
    return Reader(ahead, ahead).read(operation, arn, state, agrees)


def owned(arn: str) -> dict[str, Any]:
    """Return the state of a room with the owner tag."""
    state = state_of(arn)
    return {**state, "owner_tag": owner_of(arn), "tags": {**state["tags"], OWNER_TAG: owner_of(arn)}}


def owner_of(arn: str) -> str:
    return f"{STACK}/room-{arn[-12:]}"


def account_of(count: int) -> Account:
    return Account({arn_of(number): 0 for number in range(count)})


def state_of(arn: str, number: int = 0) -> dict[str, Any]:
    return from_api(GET_ROOM, version(arn, number))


def shuffled(account: Account, count: int, seed: int = 1) -> list[str]:
    return random.Random(seed).sample(list(account.rooms), count)  # noqa: S311  no secret


def read_all(account: Account, arns: list[str]) -> int:
    """Read rooms that are as their states say; return the calls that it took."""
    ahead = ReadAhead(account)
    for arn in arns:
        assert from_api(GET_ROOM, read(ahead, "GetRoom", arn, state_of(arn), always)) == state_of(arn)
    return len(account.calls)


@pytest.mark.parametrize(("count", "most"), [(1, 1), (4, 4), (10, 5), (50, 5), (200, 20), (1000, 75)])
def test_a_stack_that_has_the_account_to_itself_takes_few_calls(count: int, most: int) -> None:
    account = account_of(count)

    assert read_all(account, shuffled(account, count)) <= most


@given(st.integers(1, 400).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))), st.integers(0, 1000))
@drawn(20)
def test_it_never_takes_more_than_20_percent_above_plain_reading(sizes: tuple[int, int], seed: int) -> None:
    account = account_of(sizes[0])

    assert read_all(account, shuffled(account, sizes[1], seed)) <= (1 + MARGIN) * sizes[1]


def refresh(account: Account, of_stack: list[str], reads: list[str] | None = None, promised: float = math.inf) -> int:
    """Read rooms of a stack, all if *reads* does not show which; return the calls that it took."""
    account.owned = {*of_stack}
    ahead = ReadAhead(account, promised)
    for arn in of_stack if reads is None else reads:
        assert read(ahead, "GetRoom", arn, owned(arn), always)["tags"][OWNER_TAG] == owner_of(arn)
    return len(account.calls)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("promised", [MOST_PROMISED, math.inf])
def test_a_stack_of_1000_rooms_takes_four_calls_above_its_pages_in_either_order(order: int, promised: float) -> None:
    account = account_of(1000)

    assert refresh(account, list(account.rooms)[::order], promised=promised) == 1000 / PAGE + 4


@given(
    st.integers(1, 400).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))),
    st.integers(0, 1000),
    st.sampled_from([1, -1]),
    st.integers(0, 400),
)
@drawn(30)
def test_a_stack_never_takes_more_than_20_percent_above_plain_reading_even_if_rooms_have_changed(
    sizes: tuple[int, int], seed: int, order: int, changed: int
) -> None:
    account = account_of(sizes[0])
    of_stack = sorted(shuffled(account, sizes[1], seed))[::order]
    for arn in of_stack[:changed]:
        account.change(arn)

    assert refresh(account, of_stack) <= (1 + MARGIN) * sizes[1]


@pytest.mark.parametrize(("promised", "more"), [(0, 0), (MOST_PROMISED, MARGIN * MOST_PROMISED), (math.inf, 4 * 300)])
def test_a_few_rooms_of_a_large_stack_take_no_more_calls_than_the_promises_that_count(
    promised: float, more: float
) -> None:
    account = account_of(20_000)
    of_stack = list(account.rooms)

    assert refresh(account, of_stack, shuffled(account, 300), promised) <= (1 + MARGIN) * 300 + more


def test_rooms_of_other_stacks_promise_nothing() -> None:
    account = account_of(5_000)
    account.owned = {*account.rooms}
    ahead = ReadAhead(account, math.inf)
    for arn in shuffled(account, 100):
        read(ahead, "GetRoom", arn, {**owned(arn), "owner_tag": f"chat/prod-2/{arn[-12:]}"}, always)

    assert len(account.calls) <= 120


def test_it_stops_where_pages_do_not_pay() -> None:
    account = account_of(50_000)

    assert read_all(account, shuffled(account, 100)) <= 120


def test_a_few_stragglers_do_not_eat_up_what_the_others_saved() -> None:
    account = account_of(5_000)
    listed = list(account.rooms)

    calls = read_all(account, [*listed[:500], *listed[-20:]])

    assert calls < 100


def test_a_room_whose_limits_may_have_changed_is_read_by_itself() -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    arns = list(account.rooms)
    account.change(arns[3])

    found = {arn: read(ahead, "GetRoom", arn, state_of(arn), always) for arn in arns}

    assert found[arns[3]] == version(arns[3], 1)


def test_what_a_page_shows_differently_from_the_state_is_asked_for_by_itself() -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    for arn in account.rooms:
        read(ahead, "GetRoom", arn, state_of(arn), always)
    account.calls.clear()

    read(ahead, "GetRoom", next(iter(account.rooms)), state_of(arn_of(0)), lambda answer: answer["tags"] == {})

    assert account.calls == ["GetRoom"]


def test_a_lookup_without_a_state_is_read_by_itself() -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    for arn in account.rooms:
        assert read(ahead, "GetRoom", arn, {}, always) == version(arn, 0)

    assert account.calls.count("GetRoom") == 10


def test_what_no_page_has_is_asked_for_before_it_counts_as_gone() -> None:
    account = account_of(20)
    ahead = ReadAhead(account)
    gone = list(account.rooms)[7]
    del account.rooms[gone]

    for arn in list(account.rooms):
        read(ahead, "GetRoom", arn, state_of(arn), always)
    account.calls.clear()
    with pytest.raises(ResourceNotFound):
        read(ahead, "GetRoom", gone, state_of(gone), always)

    assert account.calls == ["GetRoom"]


@pytest.mark.parametrize("operation", ["UpdateRoom", "DeleteRoom"])
def test_what_this_process_wrote_is_not_read_from_a_page(operation: str) -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    arns = list(account.rooms)
    for arn in arns:
        read(ahead, "GetRoom", arn, state_of(arn), always)
    ahead.call(operation, "us-west-2", identifier=arns[0])
    account.calls.clear()

    with pytest.raises(ResourceNotFound) if operation == "DeleteRoom" else _nothing():
        assert read(ahead, "GetRoom", arns[0], state_of(arns[0]), always) == version(arns[0], 1)

    assert account.calls == ["GetRoom"]


def test_what_this_process_made_is_not_read_from_a_page() -> None:
    """A logging configuration that takes its time would be CREATING for ever."""
    account = account_of(10)
    ahead = ReadAhead(account)
    made = ahead.call("CreateRoom", "us-west-2")["arn"]
    for arn in account.rooms:
        read(ahead, "GetRoom", arn, state_of(arn), always)
    account.calls.clear()

    read(ahead, "GetRoom", made, state_of(made), always)

    assert account.calls == ["GetRoom"]


def _nothing() -> Any:
    import contextlib  # noqa: PLC0415  for this test only

    return contextlib.nullcontext()


def test_tags_are_read_from_pages_too_whatever_the_state_says() -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    for arn in account.rooms:
        tags = read(ahead, "ListTagsForResource", arn, {"resource_arn": arn, "tags": {}}, always)
        assert tags["tags"] == {"v": "0"}

    assert len(account.calls) == 5


def test_regions_are_apart() -> None:
    account = account_of(0)
    for region in ("us-west-2", "eu-west-1"):
        account.rooms |= {arn_of(number, region): 0 for number in range(10)}
    ahead = ReadAhead(account)
    for arn in list(account.rooms)[:10]:
        read(ahead, "GetRoom", arn, state_of(arn), always)
    account.calls.clear()

    read(ahead, "GetRoom", arn_of(1, "eu-west-1"), state_of(arn_of(1, "eu-west-1")), always)

    assert account.calls == ["GetRoom"]


def test_a_page_that_fails_is_an_error_of_that_read_and_no_more() -> None:
    account = account_of(10)
    ahead = ReadAhead(account)
    arns = list(account.rooms)
    for arn in arns[:4]:
        read(ahead, "GetRoom", arn, state_of(arn), always)
    account.failing = Throttling
    with pytest.raises(Throttling):
        read(ahead, "GetRoom", arns[4], state_of(arns[4]), always)
    account.failing = None

    assert read(ahead, "GetRoom", arns[5], state_of(arns[5]), always)["name"] == "v0"


def test_who_may_not_list_rooms_reads_them_one_by_one() -> None:
    account = account_of(20)
    account.failing = AccessDenied

    assert read_all(account, list(account.rooms)) == 21
    assert account.calls.count("ListRooms") == 1


@pytest.mark.parametrize("count", [4, 16])
def test_threads_fetch_no_page_twice(count: int) -> None:
    account = account_of(1000)
    account.owned = {*account.rooms}
    ahead = ReadAhead(account, math.inf)
    arns = iter(list(account.rooms)[::-1])
    lock = threading.Lock()
    wrong: list[str] = []

    def work() -> None:
        while True:
            with lock:
                arn = next(arns, None)
            if arn is None:
                return
            if read(ahead, "GetRoom", arn, owned(arn), always)["arn"] != arn:
                wrong.append(arn)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert account.calls.count("ListRooms") == 1000 / PAGE
    assert len(account.calls) <= 25


def test_a_room_on_a_page_is_found_while_another_thread_waits_for_the_next_page() -> None:
    account = _Slow({arn_of(number): 0 for number in range(200)}, owned={arn_of(number) for number in range(200)})
    ahead = ReadAhead(account, math.inf)
    newest, *_, oldest = list(account.rooms)
    for _ in range(4):
        read(ahead, "GetRoom", oldest, owned(oldest), always)
    waits = threading.Thread(target=lambda: read(ahead, "GetRoom", oldest, owned(oldest), always))
    waits.start()
    assert account.second_page.wait(30)

    assert read(ahead, "GetRoom", newest, owned(newest), always)["arn"] == newest

    account.released.set()
    waits.join()
    assert account.calls.count("GetRoom") == 4


class _Slow(Account):
    """An account whose second page is on its way until the test lets it arrive."""

    second_page = threading.Event()
    released = threading.Event()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Answer, late if it is the second page."""
        if operation == "ListRooms" and self.calls.count("ListRooms") == 1:
            self.second_page.set()
            assert self.released.wait(30)
        return super().call(operation, region, subject, **members)


class _Changing(Account):
    """An account that changes after every call, as a script says."""

    def __init__(self, count: int, script: Iterator[int]) -> None:
        super().__init__({arn_of(number): 0 for number in range(count)})
        self._script = script

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Answer, and change."""
        answer = super().call(operation, region, subject, **members)
        self._turn()
        return answer

    def _turn(self) -> None:
        number = next(self._script, None)
        if number is not None:
            self.change(arn_of(number % len(self.rooms)))


@given(
    st.integers(1, 120),
    st.lists(st.integers(0, 119), max_size=60),
    st.lists(st.integers(0, 119), max_size=60),
    st.integers(0, 100),
)
@drawn(40)
def test_what_is_read_is_a_whole_version_and_none_older_than_the_start(
    count: int, before: list[int], meanwhile: list[int], seed: int
) -> None:
    account = _Changing(count, iter(meanwhile))
    for number in before:
        account.change(arn_of(number % count))
    at_start = dict(account.rooms)
    ahead = ReadAhead(account)

    for arn in shuffled(account, count, seed):
        found = read(ahead, "GetRoom", arn, state_of(arn, 0), always)
        number = int(found["updateTime"].removeprefix("u"))
        assert found == version(arn, number)
        assert at_start[arn] <= number <= account.rooms[arn]


def test_the_local_services_rooms_are_read_from_pages_as_one_by_one(
    service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    plain = BotoControlPlane(Connection(endpoint_url=service.url))
    client = service.client()
    arns = [
        client.create_room(name=f"r{number}", maximumMessageLength=number + 1, tags={"n": str(number)})["arn"]
        for number in range(60)
    ]
    states = {arn: from_api(GET_ROOM, plain.call("GetRoom", "us-west-2", arn, identifier=arn)) for arn in arns}
    before = len(service.calls())

    ahead = ReadAhead(plain)
    found = {arn: from_api(GET_ROOM, read(ahead, "GetRoom", arn, states[arn], always)) for arn in arns}

    assert found == states
    assert len(service.calls()) - before < 15
