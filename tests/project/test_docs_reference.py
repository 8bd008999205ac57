"""The generated pages of the reference: all of what the code has is on them."""

from __future__ import annotations

import inspect
import json
import re
from textwrap import dedent

import pytest

import pulumi_ivschat
from pulumi_ivschat import errors, iam, runtime, settings
from pulumi_ivschat.local import messaging
from pulumi_ivschat.model.native import TYPE_PREFIX, schema
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.program.chat_tokens import ChatGrantArgs, ChatTokens, ChatTokensArgs, CreateChatTokenResult
from tools.docs import component_pages, error_pages, generated, registry_pages
from tools.docs.docstrings_as_rst import as_rst, help_as_rst
from tools.docs.python_pages import public_names
from tools.docs.resource_pages import python_example, resource_page, type_name
from tools.docs.staging import ROOT

PAGES = generated.pages()
RESOURCES = [name.removeprefix(TYPE_PREFIX) for name in schema()["resources"]]


@pytest.mark.parametrize("name", RESOURCES)
def test_a_resource_lists_each_input_and_output(name: str) -> None:
    listed = set(re.findall(r"^`(\w+)` \w", resource_page(name), re.MULTILINE))

    assert listed >= {"".join(f"_{c.lower()}" if c.isupper() else c for c in key) for key in _properties(name)}


def _properties(name: str) -> set[str]:
    spec = schema()["resources"][f"{TYPE_PREFIX}{name}"]
    return {*spec["inputProperties"], *spec["properties"]}


def test_an_input_has_its_default_and_its_limits() -> None:
    entry = "`maximum_message_length` integer\n: Characters (code points) in one message, 1 to 500. Default: 500."

    assert entry in resource_page("Room")


def test_an_input_that_is_required_is_marked() -> None:
    assert "`resource_arn` string, **required**\n: ARN of" in resource_page("TagSet")


def test_a_resource_lists_the_errors_of_its_calls_with_their_classes() -> None:
    row = "| `PendingVerification` | [`PendingVerification`](errors.md#pendingverification) | CreateRoom, UpdateRoom, DeleteRoom |"

    assert row in resource_page("Room")


def test_a_nested_type_is_named_by_its_list_or_map() -> None:
    assert type_name({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}) == (
        "list of map of string"
    )


@pytest.mark.parametrize("name", RESOURCES)
def test_a_resources_python_example_is_a_whole_program(name: str) -> None:
    compile(python_example(name), name, "exec")

    assert f"```python\n{python_example(name).strip()}\n```" in PAGES[_path(name)]


def _path(name: str) -> str:
    return f"reference/{snake_case(name).replace('_', '-')}.md"


def test_each_public_name_is_on_a_page() -> None:
    shown = "\n".join(PAGES.values())
    heading = r"pulumi_ivschat\.(errors\.)?{0}$|^## {0}$"

    assert [
        name for name in public_names(pulumi_ivschat) if not re.search(heading.format(name), shown, re.MULTILINE)
    ] == []


@pytest.mark.parametrize("module", [runtime, iam, settings])
def test_a_public_function_is_on_the_page_of_its_module(module: object) -> None:
    functions = [name for name, value in inspect.getmembers(module, inspect.isfunction) if not name.startswith("_")]
    own = [name for name in functions if getattr(module, name).__module__ == getattr(module, "__name__", "")]
    page = PAGES[f"reference/python-{getattr(module, '__name__', '').rpartition('.')[2]}.md"]

    assert [name for name in own if f".{name}" not in page] == []


def test_every_setting_is_on_the_page_of_settings() -> None:
    rows = re.findall(r"^`ivschat:(\w+)` default: ", PAGES["reference/settings.md"], re.MULTILINE)

    assert rows == re.findall(r"^\| (\w+)", settings.__doc__ or "", re.MULTILINE)[1:]


def test_every_error_has_why_and_what_to_do() -> None:
    kinds = [each.__name__ for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, Exception)]
    index = r"(?:```\{index\} .+\n```\n\n)?"
    section = rf"^## (\w+)\n\n{index}\*\*Why:\*\* .+\n\n\*\*What to do:\*\* \w"
    sections = re.findall(section, PAGES["reference/errors.md"], re.MULTILINE)

    assert sections == [*(name for name in kinds if name != "IvsChatError"), "LocalServiceError", "AwsCallRefused"]


def test_each_message_of_a_command_in_the_catalogue_is_one_of_the_commands() -> None:
    source = "".join(file.read_text() for file in (ROOT / "pulumi_ivschat" / "cli").glob("*.py"))

    assert [text for text in error_pages.COMMANDS if text not in source] == []


def test_each_message_about_calls_in_the_catalogue_is_one_of_the_package() -> None:
    source = "".join(file.read_text() for file in (ROOT / "pulumi_ivschat").rglob("*.py"))

    assert [text for text in error_pages.CALLS if text not in source] == []


def test_each_error_code_of_a_chat_is_in_the_catalogue() -> None:
    codes = {value for name, value in vars(messaging).items() if name.isupper() and isinstance(value, int)}

    assert {*error_pages.CHAT} == {code for code in codes if 400 <= code < 500}


def test_the_component_has_a_page_with_its_inputs_outputs_and_errors() -> None:
    page = PAGES["reference/chat-tokens.md"]
    listed = re.findall(r"^`(\w+)` \w", page, re.MULTILINE)

    wanted = (ChatTokensArgs, ChatGrantArgs, ChatTokens, CreateChatTokenResult)
    assert sorted(listed) == sorted(name for kind in wanted for name in kind.__annotations__)
    assert "[`ResourceNotFound`](errors.md#resourcenotfound)" in page
    assert f"```python\n{component_pages.python_example().strip()}\n```" in page
    compile(component_pages.python_example(), "ChatTokens", "exec")


def test_the_policies_are_those_that_the_package_returns() -> None:
    documents = re.findall(r"```json\n(.*?)```", PAGES["reference/iam-policies.md"], re.DOTALL)

    assert json.loads(iam.lookup_policy()) in map(json.loads, documents)


def test_every_function_of_the_schema_is_on_its_page() -> None:
    names = re.findall(r"^## (\w+)$", PAGES["reference/functions.md"], re.MULTILINE)

    assert names == [name.removeprefix(TYPE_PREFIX) for name in schema()["functions"]]


def test_code_in_a_docstring_is_code_in_restructuredtext() -> None:
    text = """\
    Return `what` it is.

        example = 1

    And so on.
    """

    assert as_rst(dedent(text).splitlines()) == [
        *("Return ``what`` it is.", "", ".. code-block:: python", "", "    example = 1", "", "And so on."),
    ]


def test_the_members_of_a_section_are_a_list() -> None:
    lines = ["Attributes:", "    message: what is `wrong`."]

    assert as_rst(lines) == ["Attributes:", "", "    - **message**: what is ``wrong``."]


def test_a_table_in_a_docstring_stays_as_it_is() -> None:
    assert as_rst(["", "| key | value |", "| --- | ----- |", ""])[1:4] == [
        ".. code-block:: none",
        "",
        "    | key | value |",
    ]


def test_an_empty_default_in_a_help_text_is_omitted_and_a_star_is_a_star() -> None:
    assert help_as_rst(["    :default: ````", "    *.DOMAIN", "    **Required**"]) == [
        "    \\*.DOMAIN",
        "    **Required**",
    ]


def test_a_grant_is_on_the_page_of_the_program() -> None:
    assert ChatGrantArgs.__name__ in PAGES["reference/python-program.md"]


@pytest.mark.parametrize("name", registry_pages.PAGES)
def test_a_page_of_pulumis_registry_is_what_make_schema_writes(name: str) -> None:
    text = (ROOT / name).read_text()

    assert text == registry_pages.PAGES[name]()
    assert re.match(r'---\ntitle: ".+"\nmeta_desc: ".{1,160}"\nlayout: package\n---\n', text)
