"""
Random programs, other people's hands, faults and crashes: after a repair, the account is what the program says.

The rules change the program, or the account behind its back, or let the next command fail. A repair is what people do then:
`recover` if a command was interrupted or a create may have left something, `refresh`, `up`. Rooms of others, their tags, and their
keys on the stack's rooms always stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.model.owner_tag import OWNER_TAG, owner_tag
from tests.conftest import REGION, LocalService
from tests.faults import accounts, strategies
from tests.faults.deployment import PROJECT, Declared, Deployment, Died, Ref
from tests.faults.matrix import FAULTS, is_left, keys_to_take_off, regions_to_recover, validate_clear
from tests.faults.strategies import LOGGING, ORDER, REGIONS, ROOMS, TAG_SETS, THEIRS


def programs_on(service: LocalService) -> type[Programs]:
    """Return the state machine for a local service, which it has to itself."""
    return type("ProgramsHere", (Programs,), {"service": service})


class Programs(RuleBasedStateMachine):
    """A stack, the account it is in, and everybody who works on either."""

    service: ClassVar[LocalService]

    def __init__(self) -> None:
        super().__init__()
        self.service.reset()
        self._deployment = Deployment(endpointUrl=self.service.url)
        self._program: dict[str, Declared] = {}
        tags = {"a": "theirs", OWNER_TAG: owner_tag(PROJECT, "another-stack", ROOMS[0])}
        self._theirs = str(accounts.client(self.service, REGION).create_room(name="theirs", tags=tags)["arn"])
        self._their_tags: dict[str, dict[str, str]] = {self._theirs: tags}

    # What the program says.

    @initialize(resources=st.lists(strategies.resources, min_size=5, max_size=8, unique_by=lambda each: each.name))
    def begin(self, resources: Sequence[Declared]) -> None:
        """Begin with a program that has run."""
        for resource in sorted(resources, key=lambda each: ORDER.index(each.name)):
            self.declare(resource)
        self._up()

    def declare(self, resource: Declared) -> None:
        """Declare a resource, or declare it otherwise; without what it refers to, as far as the program has none of it."""
        inputs = dict(resource.inputs)
        if resource.type == "Room":
            used = inputs["logging_configuration_identifiers"]
            here = [] if "region" in inputs else [ref for ref in used if ref.name in self._program]
            inputs["logging_configuration_identifiers"] = here
        if inputs.get("resource_arn") == Ref(THEIRS):
            inputs["resource_arn"] = self._theirs
        elif resource.type == "TagSet" and inputs["resource_arn"].name not in self._program:
            return
        self._program[resource.name] = attrs.evolve(resource, inputs=inputs)

    def take_out(self, name: str) -> None:
        """Take a resource out of the program, and everything that refers to it."""
        self._program.pop(name, None)
        for each in list(self._program.values()):
            used = each.inputs.get("logging_configuration_identifiers", [])
            if each.inputs.get("resource_arn") == Ref(name):
                del self._program[each.name]
            elif Ref(name) in used:
                kept = [ref for ref in used if ref != Ref(name)]
                self.declare(attrs.evolve(each, inputs={**each.inputs, "logging_configuration_identifiers": kept}))

    # Changes by others.

    @rule(name=st.sampled_from([*ROOMS, *LOGGING]), room=strategies.room_edits, logging=strategies.logging_edits)
    def edit(self, name: str, room: dict[str, Any], logging: dict[str, Any]) -> None:
        """Change a resource in the console."""
        name = self._made(name)
        if name in ROOMS:
            self._by_hand(name, lambda client, arn: client.update_room(identifier=arn, **_fitting(room, arn)))
        else:
            self._by_hand(name, lambda client, arn: client.update_logging_configuration(identifier=arn, **logging))

    @rule(name=st.sampled_from([*ROOMS, *LOGGING]))
    def delete(self, name: str) -> None:
        """Delete a resource in the console."""
        name = self._made(name)

        def deleted(client: Any, arn: str) -> None:
            (client.delete_room if name in ROOMS else client.delete_logging_configuration)(identifier=arn)
            self._their_tags.pop(arn, None)

        self._by_hand(name, deleted)

    @rule(
        name=st.sampled_from([THEIRS, *ROOMS, *LOGGING]),
        key=st.sampled_from("fgabc"),
        value=st.one_of(st.none(), strategies.values),
    )
    def tag(self, name: str, key: str, value: str | None) -> None:
        """Put a key on, or take it away: one of somebody else's, or one that the stack owns."""
        name = name if name == THEIRS else self._made(name)

        def tagged(client: Any, arn: str) -> None:
            is_theirs = arn == self._theirs or key in "fg"
            if not is_theirs and key not in self._deployment.outputs(name)["tags"]:
                return
            if value is None:
                client.untag_resource(resourceArn=arn, tagKeys=[key])
            else:
                client.tag_resource(resourceArn=arn, tags={key: value})
            if is_theirs:
                tags = self._their_tags.setdefault(arn, {})
                tags.pop(key, None)
                tags.update({} if value is None else {key: value})

        self._by_hand(name, tagged)

    # The commands of people, the faults in them, and the recovery.

    @rule(
        changes=st.lists(strategies.resources, min_size=1, max_size=3),
        command=st.sampled_from(["up", "up", "up", "up", "refresh", "destroy"]),
        mishap=strategies.mishaps,
    )
    def run(self, changes: Sequence[Declared], command: str, mishap: Mapping[str, Any] | int | None) -> None:
        """Run a command, often on a program that was changed; what an error says is to be done, is done."""
        for resource in changes:
            self.declare(resource)
        if isinstance(mishap, int):
            self._deployment.writes_to_live = mishap
        elif mishap:
            self.service.fault(**mishap)
        error: IvsChatError | Died | None = None
        try:
            {"up": self._up, "refresh": self._deployment.refresh, "destroy": self._deployment.destroy}[command]()
        except IvsChatError as raised:
            validate_clear(str(raised))
            error = raised
        except Died as raised:
            error = raised
        self.service.clear_faults()
        self._deployment.writes_to_live = None
        if error:
            self._do_as_asked(error)
        self._validate_nothing_is_forgotten()
        # What `recover` imports without a pending create owns no keys until the next `up`.
        if command == "up" and error and is_left(error):
            self.repair()

    @rule(
        changes=st.lists(strategies.resources, min_size=1, max_size=3),
        gone=st.lists(st.sampled_from(ORDER), max_size=2),
        mishap=strategies.mishaps,
    )
    def change(self, changes: Sequence[Declared], gone: Sequence[str], mishap: Mapping[str, Any] | int | None) -> None:
        """Take resources out of the program, declare others, and run it."""
        for name in gone:
            self.take_out(name)
        self.run(changes, "up", mishap)

    @rule(
        changes=st.lists(strategies.resources, min_size=1, max_size=3),
        gone=st.lists(st.sampled_from(ORDER), max_size=2),
        mishap=strategies.harmless,
    )
    def outlast(self, changes: Sequence[Declared], gone: Sequence[str], mishap: Mapping[str, Any]) -> None:
        """Change the program, and let something go wrong that is not an error: it is done all the same."""
        for name in gone:
            self.take_out(name)
        for resource in changes:
            self.declare(resource)
        self._deployment.refresh()
        self.service.fault(**mishap)
        self._up()
        self.service.clear_faults()
        self._validate()

    @rule(
        which=st.integers(0, len(ORDER)),
        lost=st.lists(strategies.lost_answers, min_size=1, max_size=2),
        is_blind=st.booleans(),
    )
    def replace(self, which: int, lost: Sequence[Mapping[str, Any]], is_blind: bool) -> None:  # noqa: FBT001
        """Replace something by its equal, and lose answers of the create; *is_blind*: and the list before it."""
        replaceable = [each for each in self._program.values() if each.type != "TagSet"]
        if not replaceable:
            return
        replaced = replaceable[which % len(replaceable)]
        self._deployment.to_replace = replaced.name
        if is_blind:
            self.service.fault(f"List{replaced.type}s", **FAULTS["not allowed"])
        for fault in lost:
            self.service.fault(f"Create{replaced.type}", **fault)
        self.run([], "up", None)

    @rule(name=st.sampled_from(TAG_SETS), stays=st.booleans())
    def take_over(self, name: str, stays: bool) -> None:  # noqa: FBT001
        """Change a key of a tag set in the console, and drop it from the program before any refresh: it is theirs now."""
        if name not in self._program:
            return
        self.repair()
        declared, arn = self._program[name], str(self._deployment.find(name))
        key, *others = sorted(declared.inputs["tags"])
        client = accounts.client(self.service, arn.split(":")[3])
        client.tag_resource(resourceArn=arn, tags={key: "taken"})
        self.take_out(name)
        if stays and others:
            kept = {other: declared.inputs["tags"][other] for other in others}
            self._program[name] = attrs.evolve(declared, inputs={**declared.inputs, "tags": kept})
        self._up()
        assert client.list_tags_for_resource(resourceArn=arn)["tags"].get(key) == "taken"
        client.untag_resource(resourceArn=arn, tagKeys=[key])

    def _do_as_asked(self, error: IvsChatError | Died) -> None:
        if isinstance(error, Died) or is_left(error):
            self._recover(regions_to_recover(error))
        for arn, keys in keys_to_take_off(error):
            accounts.client(self.service, arn.split(":")[3]).untag_resource(resourceArn=arn, tagKeys=keys)

    def _recover(self, regions: Sequence[str]) -> None:
        """Recover, and delete what finds no place: what was to replace something."""
        for arn in self._deployment.recover(regions):
            client = accounts.client(self.service, arn.split(":")[3])
            (client.delete_room if ":room/" in arn else client.delete_logging_configuration)(identifier=arn)
        assert self._deployment.doubts == set()

    def repair(self) -> None:
        """Put everything right; hold that the account is what the program says, and what is others' as they left it."""
        self._deployment.refresh()
        tagged = self._deployment.tagged()
        self._up()
        self._validate()
        tagged |= self._deployment.tagged()
        written = self._outputs(tagged)
        self._deployment.refresh()
        assert written == self._outputs(tagged)
        assert self._deployment.changes(self._declared()) == []

    def teardown(self) -> None:
        """Repair, then leave."""
        self.repair()
        self._program.clear()
        self._deployment.destroy()
        self._validate()

    def _declared(self) -> list[Declared]:
        return [self._program[name] for name in ORDER if name in self._program]

    def _outputs(self, tagged: set[str]) -> dict[str, dict[str, Any]]:
        """Return all outputs of the state but what a tag set writes behind another resource's back."""
        outputs: dict[str, dict[str, Any]] = {name: {**self._deployment.outputs(name)} for name in self._program}
        for each in outputs.values():
            if each.get("arn", each.get("resource_arn")) in tagged:
                del each["tags_all"]
        return outputs

    def _up(self) -> None:
        self._deployment.up(self._declared())

    def _validate_nothing_is_forgotten(self) -> None:
        """Assert that each resource with the stack's owner tag is in its state: there is no duplicate and no orphan."""
        listed = set().union(*(accounts.listed(self.service, region) for region in REGIONS))
        assert listed - self._deployment.ids() == {self._theirs}

    def _validate(self) -> None:
        expected = accounts.declared(self._deployment, self._declared())
        theirs = {"maximum_message_length": 500, "maximum_message_rate_per_second": 10, "logging": []}
        expected[self._theirs] = {**theirs, "name": "theirs", "tags": {}}
        for each in self._program.values():
            if each.inputs.get("resource_arn") == self._theirs:
                expected[self._theirs]["tags"].update(each.inputs["tags"])
        for arn, tags in self._their_tags.items():
            if arn in expected:
                expected[arn]["tags"].update(tags)
        listed = {arn: seen for region in REGIONS for arn, seen in accounts.listed(self.service, region).items()}
        assert listed == expected

    def _made(self, name: str) -> str:
        """Return a room or logging configuration that the state has: that one, or else another."""
        return next((each for each in (name, *ROOMS, *LOGGING) if self._deployment.find(each)), name)

    def _by_hand(self, name: str, act: Callable[[Any, str], Any]) -> None:
        """Do something to a resource, if the state has it and AWS lets it be done."""
        arn = self._theirs if name == THEIRS else self._deployment.find(name)
        if arn is None:
            return
        client = accounts.client(self.service, arn.split(":")[3])
        try:
            act(client, arn)
        except (client.exceptions.ResourceNotFoundException, client.exceptions.ConflictException):
            return


def _fitting(edit: dict[str, Any], arn: str) -> dict[str, Any]:
    """Return a change of a room, with a review handler of the room's own region."""
    if not (uri := edit.get("messageReviewHandler", {}).get("uri")):
        return edit
    return {**edit, "messageReviewHandler": {"uri": strategies.in_region_of(arn, uri)}}
