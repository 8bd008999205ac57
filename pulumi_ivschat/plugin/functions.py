"""The functions of the schema: lookups, chat tokens and policy documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat import iam
from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle.words import NATIVE
from pulumi_ivschat.model import conversion, native, service_model, validation
from pulumi_ivschat.model.native import Spec
from pulumi_ivschat.model.service_model import Shape, snake_case
from pulumi_ivschat.model.validation import Naming
from pulumi_ivschat.operations.lookups import Lookups
from pulumi_ivschat.plugin.values import is_known
from pulumi_ivschat.settings import Settings


@attrs.frozen
class Functions:
    """The functions of a configured provider; arguments and answers have the names that lifecycles take."""

    settings: Settings

    def call(self, name: str, arguments: Mapping[str, Any], *, preview: bool) -> Mapping[str, Any]:
        """
        Return a function's answer.

        Raises Invalid for arguments that the schema does not have, and for those that AWS would refuse.
        """
        inputs: Spec = native.function(name)["inputs"]
        _validate(name, arguments, inputs)
        answer = self._answer(snake_case(name), arguments, preview=preview)
        restricted: Mapping[str, Any] = _restricted(answer, native.function(name)["outputs"])
        return restricted

    def _answer(self, name: str, arguments: Mapping[str, Any], *, preview: bool) -> Mapping[str, Any]:
        if name == "create_chat_token":
            return self._create_chat_token(arguments, preview=preview)
        if name in _POLICIES:
            return {"json": _POLICIES[name](arguments)}
        found: Any = getattr(Lookups.of(self.settings, NATIVE), name)(**arguments)
        if name == "list_tags_for_resource":
            return {"tags": found}
        answer: Mapping[str, Any] = {name.removeprefix("list_"): found} if isinstance(found, list) else found
        return answer

    def _create_chat_token(self, arguments: Mapping[str, Any], *, preview: bool) -> Mapping[str, Any]:
        """Issue a token; an answer may not have unknown values, so that of a preview is empty."""
        output = service_model.operations()["CreateChatToken"].output
        if preview:
            chat_calls.validate("CreateChatToken", arguments, _NAMES)
            return dict.fromkeys(map(snake_case, output.members), "")
        answer = chat_calls.call("CreateChatToken", arguments, self.settings.connection, _NAMES)
        return conversion.from_api(output, answer)


_NAMES: Final = Naming(str, native.camel_case)

_KINDS: Final = {"string": "string", "boolean": "boolean", "integer": "integer", "array": "list", "object": "map"}
"""The kinds of shapes, by the types of a schema."""

_POLICIES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "deployer_policy": lambda arguments: iam.deployer_policy(**arguments),
    "issuer_policy": lambda arguments: iam.issuer_policy(*_rooms(arguments)),
    "moderator_policy": lambda arguments: iam.moderator_policy(*_rooms(arguments)),
}


def _rooms(arguments: Mapping[str, Any]) -> Sequence[str]:
    """Return the rooms that a policy is for; raise Invalid with the names of this front end for those that are not ARNs."""
    arns: Sequence[str] = arguments["room_arns"]
    shape = Shape("RoomArns", "list", item=service_model.shape("RoomArn"))
    validation.validate(shape, arns, "roomArns", Invalid)
    return arns


def _validate(name: str, arguments: Mapping[str, Any], inputs: Spec) -> None:
    """Raise Invalid for arguments that are unknown, missing or not known yet: languages without types send what people wrote."""
    known = {*native.names(inputs)}
    problems = [
        f"{each} is not an argument; there are {', '.join(inputs['properties'])}"
        for each in arguments
        if each not in known
    ]
    problems += [f"{each} is required" for each in inputs.get("required", ()) if snake_case(each) not in arguments]
    problems += [
        f"{native.camel_case(each)} is not known yet; use the form of the function that takes outputs"
        for each, value in arguments.items()
        if not is_known(value)
    ]
    for each, spec in inputs["properties"].items():
        if (value := arguments.get(snake_case(each))) is not None:
            problems += map(str, validation.failures(Shape("Argument", _KINDS[spec["type"]]), value, each))
    if problems:
        msg = f"{name}: {'; '.join(problems)}"
        raise Invalid(msg)


def _restricted(answer: Any, spec: Spec) -> Any:
    """Return an answer with the properties that the schema has."""
    properties = native.properties(spec)
    if isinstance(answer, list):
        return [_restricted(each, spec.get("items", {})) for each in answer]
    if properties is None or not isinstance(answer, Mapping):
        return answer
    inner = {snake_case(name): each for name, each in properties.items()}
    return {name: _restricted(value, inner[name]) for name, value in answer.items() if name in inner}
