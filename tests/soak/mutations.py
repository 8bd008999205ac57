"""Bugs that somebody might make: each loses, doubles or leaves something, or records it wrong. See mutants.py."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mutation(NamedTuple):
    """A bug in plain words, the file it is in, and the one place there that becomes another."""

    bug: str
    file: str
    old: str
    new: str


MUTATIONS: Final = (
    Mutation("a lost create is made again without a look", "creates.py", "made = self._made(error)", "made = None"),
    Mutation("the look ignores tags", "creates.py", '{"name": "", "tags": {}}', '{"name": ""}'),
    Mutation(
        "the look takes what was there before",
        "creates.py",
        'return summary["arn"] in known or bool(summary[time] < self.summaries[0]["updateTime"])',
        "return False",
    ),
    Mutation("what others were answered is not kept", "creates.py", 'self._answered.add(answer["arn"])', "pass"),
    Mutation(
        "no look after the last attempt",
        "creates.py",
        "made = self._made(error)",
        "made = None if attempts == 1 else self._made(error)",
    ),
    Mutation(
        "no look before, and what is found is taken",
        "creates.py",
        "if found and self.before is not None and",
        "if found and",
    ),
    Mutation(
        "an error 500 of a create is an answer",
        "creates.py",
        "except (LostAnswer, InternalServerError) as",
        "except LostAnswer as",
    ),
    Mutation("botocore repeats creates", "attempts.py", "if operation.name not in CREATES:", "if True:"),
    Mutation("botocore repeats creates after an error 500", "attempts.py", "if status >= _SERVER_SIDE:", "if False:"),
    Mutation("a cut-off answer is success", "client.py", "if not is_whole:", "if False:"),
    Mutation("its own writes are read from old pages", "inventory.py", "if arn is not None:", "if False:"),
    Mutation(
        "limits are the state's, whatever changed",
        "inventory.py",
        'if unlisted and listed.get("update_time") != state.get("update_time"):',
        "if False:",
    ),
    Mutation(
        "what no page has is gone",
        "inventory.py",
        "        return self._control_plane.read(operation, arn, state, agrees)",
        '        if shelf._next is None and summary is None:\n            from pulumi_ivschat.errors import ResourceNotFound\n            raise ResourceNotFound("gone", operation=operation, subject=arn)\n        return self._control_plane.read(operation, arn, state, agrees)',
    ),
    Mutation(
        "a page that differs from the state is believed",
        "inventory.py",
        "if found is not None and agrees(found):",
        "if found is not None:",
    ),
    Mutation(
        "delete of what is gone is an error",
        "lifecycle/cloud_resource.py",
        "        except ResourceNotFound:\n            return",
        "        except ResourceNotFound:\n            raise",
    ),
    Mutation(
        "delete swallows every error",
        "lifecycle/cloud_resource.py",
        "        except ResourceNotFound:\n            return",
        "        except Exception:\n            return",
    ),
    Mutation(
        "an update sends one change only",
        "lifecycle/cloud_resource.py",
        "for name in self._changed(state, inputs)}",
        "for name in self._changed(state, inputs)[:1]}",
    ),
    Mutation(
        "what the program drops is not sent",
        "lifecycle/cloud_resource.py",
        "for name in self._changed(state, inputs)}",
        "for name in self._changed(state, inputs) if name in inputs}",
    ),
    Mutation(
        "lists are compared by length",
        "lifecycle/cloud_resource.py",
        "return set(value) if isinstance(value, list) else value",
        "return len(value) if isinstance(value, list) else value",
    ),
    Mutation(
        "an update records the former tags of others",
        "lifecycle/cloud_resource.py",
        'live = answer.get("tags", state.get("tags_all", {}))',
        'live = state.get("tags_all", {})',
    ),
    Mutation(
        "a change of tags whose answer is lost leaves the keys that it may have put on",
        "lifecycle/tags.py",
        "if may_be_on or (change.put and error.retryable):",
        "if may_be_on:",
    ),
    Mutation(
        "an update of tags records the former ones",
        "lifecycle/cloud_resource.py",
        '"tags": owned(after, inputs["tags"]), **_of_all(after)}',
        "**_of_all(after)}",
    ),
    Mutation(
        "an update of settings records them as before its tags",
        "lifecycle/cloud_resource.py",
        "**_of_all(after)}",
        "**_of_all(live)}",
    ),
    Mutation(
        "an update removes other people's tags",
        "lifecycle/cloud_resource.py",
        'tag_change(before.get("tags", {}), inputs["tags"])',
        'tag_change(before.get("tags_all", {}), inputs["tags"])',
    ),
    Mutation(
        "a create without owner tag",
        "lifecycle/cloud_resource.py",
        'tags = {**self._owner_tag(inputs), **inputs["tags"]}',
        'tags = inputs["tags"]',
    ),
    Mutation(
        "a read takes all tags for owned",
        "lifecycle/cloud_resource.py",
        'live["tags"] = owned(live["tags_all"], inputs.get("tags", {}))',
        'live["tags"] = owned(live["tags_all"], set(live["tags_all"]) - {OWNER_TAG})',
    ),
    Mutation(
        "the owner tag does not follow",
        "lifecycle/tags.py",
        "live.get(OWNER_TAG, value) != value",
        "False",
    ),
    Mutation(
        "what has no owner tag gets one",
        "lifecycle/tags.py",
        "live.get(OWNER_TAG, value) != value",
        "live.get(OWNER_TAG) != value",
    ),
    Mutation("dropped keys stay", "lifecycle/tags.py", "sorted(before.keys() - after.keys())", "[]"),
    Mutation(
        "changed values are not sent", "lifecycle/tags.py", "if before.get(key) != value}", "if key not in before}"
    ),
    Mutation(
        "delete removes keys that somebody changed",
        "lifecycle/tag_ownership.py",
        'ours = [key for key, value in state["tags"].items() if live.get(key) == value]',
        'ours = [key for key in state["tags"] if key in live]',
    ),
    Mutation(
        "an update removes keys that somebody changed",
        "lifecycle/tag_ownership.py",
        "going = {key: value for key, value in before.items() if live.get(key) == value}",
        "going = {key: value for key, value in before.items() if key in live}",
    ),
    Mutation(
        "an update keeps dropped keys",
        "lifecycle/tag_ownership.py",
        "going = {key: value for key, value in before.items() if live.get(key) == value}",
        "going: dict[str, str] = {}",
    ),
    Mutation(
        "other people's keys are overwritten", "lifecycle/tag_ownership.py", 'if not inputs["overwrite"]:', "if False:"
    ),
    Mutation(
        "what is gone cannot be deleted",
        "lifecycle/tag_ownership.py",
        "        except ResourceNotFound:\n            return\n        ours",
        "        except ResourceNotFound:\n            raise\n        ours",
    ),
    Mutation(
        "a create that fails leaves it behind",
        "lifecycle/log_routing.py",
        'error.remedy = "\\n".join(filter(None, [self._cleaned(arn), error.remedy]))',
        "pass",
    ),
    Mutation(
        "a delete is not waited for", "lifecycle/log_routing.py", "        self._gone(arn, waiting)", "        return"
    ),
    Mutation(
        "an update is not waited for",
        "lifecycle/log_routing.py",
        'active = self._active("Update", arn, changed, waiting)',
        "active = changed",
    ),
    Mutation(
        "a failed state is no change",
        "lifecycle/log_routing.py",
        "return Difference(changed=True, unseen=True)",
        "return found",
    ),
    Mutation(
        "a failed state is repaired without its destination",
        "lifecycle/log_routing.py",
        'if name != "destination_configuration"}',
        "}",
    ),
    Mutation(
        "a conflict is not tried again",
        "lifecycle/log_routing.py",
        "if not waiting.pause():\n                raise\n        return",
        "raise\n        return",
    ),
    Mutation("what is replaced is warned of", "leftovers.py", "self._recorded.add(owner_tag)", "pass"),
    Mutation(
        "rooms of other stacks are taken",
        "stacks/orphans.py",
        "return owner is not None and (owner.project, owner.stack) == (self.stack.project, self.stack.name)",
        "return owner is not None",
    ),
    Mutation(
        "pending creates are forgotten",
        "stacks/recovery.py",
        "settle(wreck, stack, made)\n    others",
        "settle(wreck, stack, {})\n    others",
    ),
    Mutation(
        "what finds no place is not given back",
        "stacks/recovery.py",
        "return [each for each in wreck.without_create() if each.found.arn not in taken]",
        "return []",
    ),
    Mutation(
        "what was adopted owns all tags",
        "stacks/recovery.py",
        "inputs = leftover.pending.inputs if leftover.pending else {}\n    return _read",
        'inputs = leftover.pending.inputs if leftover.pending else {}\n    inputs = {**inputs, "tags": leftover.found.tags}\n    return _read',
    ),
    Mutation(
        "a leftover takes the place of what the state records",
        "stacks/orphans.py",
        "for each in self.creates if each.urn not in self.live}",
        "for each in self.creates}",
    ),
    Mutation(
        "an update records the former outputs",
        "provider.py",
        "return UpdateResult(self._life.update(id_, state, inputs))",
        "self._life.update(id_, state, inputs)\n            return UpdateResult(known(olds))",
    ),
    Mutation(
        "a deleted set takes off what is another's by now",
        "provider.py",
        "self._life.delete(id_, self._key_owners.without_given_away(id_, known(props)))",
        "self._life.delete(id_, known(props))",
    ),
    Mutation("what is there already owns no key", "provider.py", "self._declare_keys(inputs, id_)\n", "pass\n"),
    Mutation(
        "what is gone stays in the state", "provider.py", 'else ReadResult("", {})', "else ReadResult(id_, props)"
    ),
    Mutation(
        "another region replaces nothing",
        "provider.py",
        "DiffResult(changes=None, replaces=difference.replaces)",
        "DiffResult(changes=None, replaces=[])",
    ),
)
