"""The private APIs that docs/private-apis.md lists: each still has the shape that the package relies on."""

from __future__ import annotations

import ast
import atexit
import importlib.metadata
import importlib.util
import inspect
import re
import sys
import weakref
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pulumi
import pytest
from botocore.httpsession import URLLib3Session
from packaging.requirements import Requirement
from pulumi.dynamic import Config, ConfigureRequest
from uvicorn.protocols.http.h11_impl import H11Protocol

import pulumi_ivschat
from pulumi_ivschat.local import connections

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]

ROOT = Path(__file__).parents[2]
PACKAGE = Path(pulumi_ivschat.__file__).parent
PAGE = (ROOT / "docs" / "private-apis.md").read_text(encoding="utf-8")
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


def test_times_are_parsed_by_a_function_that_can_be_replaced() -> None:
    factory: Any = botocore.session.Session().get_component("response_parser_factory")
    assert "timestamp_parser" in inspect.signature(factory.create_parser("rest-json").__class__.__init__).parameters


def test_the_protocol_of_the_local_service_is_uvicorns() -> None:
    assert issubclass(connections.TrackedProtocol, H11Protocol)
    [requirement] = [each for each in _declared()["local"] if each.name == "uvicorn"]
    assert requirement.specifier.contains(importlib.metadata.version("uvicorn"))
    assert any(each.operator == "<" for each in requirement.specifier)


def test_python_has_its_table_of_finalizers_and_its_runner_of_exit_callbacks() -> None:
    assert isinstance(weakref.finalize._registry, dict)  # type: ignore[attr-defined]  # noqa: SLF001
    assert callable(atexit._run_exitfuncs)  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]


def test_every_private_name_in_the_source_is_on_the_page() -> None:
    used = {
        name
        for file in PACKAGE.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "SLF001" in line and "our own" not in line and "documented way" not in line
        for name in re.findall(r"\.(_[a-z]\w+)", line)
    }
    assert {name for name in used if name not in PAGE} <= {"_transport", "_process"}


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
