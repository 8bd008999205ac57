"""The private APIs that docs/private-apis.md lists: each still has the shape that the package relies on."""

from __future__ import annotations

import ast
import asyncio
import atexit
import importlib.metadata
import importlib.util
import inspect
import re
import sys
import textwrap
import weakref
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pulumi
import pytest
import uvicorn
from botocore.httpsession import URLLib3Session
from packaging.requirements import Requirement
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

import pulumi_ivschat
from pulumi_ivschat.host import provider
from pulumi_ivschat.local import connections
from pulumi_ivschat.model import secret_paths
from pulumi_ivschat.plugin import messages, servicer
from tests.project import foreign_names

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PACKAGE = Path(pulumi_ivschat.__file__).parent
PAGE = (ROOT / "docs" / "private-apis.md").read_text(encoding="utf-8")
TEST = re.compile(r"def (test_\w+)\(")
BROUGHT_BY = {"botocore": "boto3", "yaml": "pulumi", "grpc": "pulumi", "google": "pulumi"}
"""Modules that a dependency brings, and that the page lists."""


def test_a_configure_request_has_all_settings_in_its_properties() -> None:
    assert ConfigureRequest(Config({"ivschat:region": "us-west-2"}, "chat")).config._props == {  # noqa: SLF001
        "ivschat:region": "us-west-2"
    }


def test_outputs_can_be_taken_out_of_those_that_the_sdk_waits_for() -> None:
    assert list(inspect.signature(pulumi.Output._untrack).parameters) == ["self"]  # noqa: SLF001


def test_the_dynamic_host_formats_errors_with_a_traceback_module_of_its_own() -> None:
    spec = importlib.util.find_spec("pulumi.dynamic.__main__")  # importing it would start the host
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert "def _abort_with_traceback(" in source
    assert "traceback.format_exc()" in source


@pytest.fixture(scope="module")
def client() -> Any:
    """Return a client of IVS Chat with fake keys."""
    return boto3.client("ivschat", "us-west-2", aws_access_key_id="fake", aws_secret_access_key="fake")  # noqa: S106


def test_a_client_has_its_http_session_and_its_credentials(client: Any) -> None:
    assert isinstance(client._endpoint.http_session, URLLib3Session)  # noqa: SLF001
    assert client._get_credentials().access_key == "fake"  # noqa: SLF001


def test_an_http_session_makes_its_pools_from_a_table(client: Any) -> None:
    assert client._endpoint.http_session._pool_classes_by_scheme.keys() == {"http", "https"}  # noqa: SLF001


def test_the_providers_of_credentials_have_the_hooks_that_limit_them() -> None:
    chain: Any = botocore.session.Session().get_component("credential_provider")
    assume_role = chain.get_provider("assume-role")

    assert callable(chain.get_provider("custom-process")._popen)  # noqa: SLF001
    assert callable(assume_role._prompter)  # noqa: SLF001
    assert callable(assume_role._profile_provider_builder._create_process_provider)  # noqa: SLF001


def test_the_protocol_of_the_local_service_has_the_fields_of_uvicorns() -> None:
    async def served() -> H11Protocol:
        return H11Protocol(uvicorn.Config(_no_app), ServerState(), {})

    ours = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(connections.TrackedProtocol))))
    used = {each.attr for each in ours if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "self"}
    protocol = asyncio.run(served())

    assert {name for name in used if not hasattr(connections.TrackedProtocol, name)} - vars(protocol).keys() == {
        *("_slowest_request", "_cut", "_handed_over", "_ends"),
    }
    assert isinstance(protocol.server_state.connections, set)


def test_the_extra_has_an_upper_bound_for_uvicorn() -> None:
    [requirement] = [each for each in _declared()["local"] if each.name == "uvicorn"]

    assert requirement.specifier.contains(importlib.metadata.version("uvicorn"))
    assert any(each.operator == "<" for each in requirement.specifier)


async def _no_app(scope: Any, receive: Any, send: Any) -> None:
    """Stand in the place of an ASGI application, which is never called."""


def test_the_dynamic_host_has_the_name_that_is_compared() -> None:
    source = Path(provider.__file__).read_text(encoding="utf-8")
    [name] = set(re.findall(r'"(pulumi\.dynamic\.\w+)"', source))
    launcher = Path(pulumi.__file__).parent / "dynamic" / "__main__.py"

    assert name == "pulumi.dynamic.__main__"
    assert launcher.is_file()


def test_the_sdk_marks_secrets_with_the_key_that_we_know() -> None:
    assert rpc._special_sig_key == secret_paths.SIGNATURE  # noqa: SLF001


def test_the_protocol_of_providers_has_the_messages_of_the_plug_in() -> None:
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (messages, servicer)]
    names = {name for source in sources for name in re.findall(r"provider_pb2\.(\w+)", source)}

    assert {name for name in names if not hasattr(provider_pb2, name)} == set()


def test_a_subprocess_has_a_transport_that_can_be_closed() -> None:
    async def ended() -> Any:
        process: Any = await asyncio.create_subprocess_exec("true")
        await process.wait()
        return process._transport  # noqa: SLF001

    assert callable(asyncio.run(ended()).close)


def test_python_has_its_table_of_finalizers_and_its_runner_of_exit_callbacks() -> None:
    assert isinstance(weakref.finalize._registry, dict)  # type: ignore[attr-defined]  # noqa: SLF001
    assert callable(atexit._run_exitfuncs)  # noqa: SLF001


def test_the_table_lists_each_use_that_is_in_the_sources_and_no_other() -> None:
    found, listed = foreign_names.found(), foreign_names.listed(PAGE)

    assert sorted(found - listed) == []
    assert sorted(listed - found) == []


def test_each_row_of_the_table_names_a_test() -> None:
    tests = {name for file in (ROOT / "tests").rglob("test_*.py") for name in TEST.findall(file.read_text("utf-8"))}

    assert [row[-1] for row in foreign_names.rows(PAGE) if row[-1].strip("`") not in tests] == []


def test_every_third_party_module_is_declared_or_on_the_page() -> None:
    declared = {each.name.replace("-", "_") for group in _declared().values() for each in group}
    imported = {name for file in PACKAGE.rglob("*.py") for name in _imports(file)} - {*sys.stdlib_module_names}
    imported -= {"pulumi_ivschat", "typing_extensions", "mypy_boto3_ivschat"}  # the last two for type checkers only
    imported -= {"pytest"}  # it loads the plug-in

    assert {name for name in imported if name not in declared} == BROUGHT_BY.keys()
    assert all(f"`{name}` " in PAGE for name in BROUGHT_BY)


def _imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _declared() -> dict[str, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    del groups["dev"]
    return {name: [Requirement(each) for each in given] for name, given in groups.items()}
