"""
The SDKs that Pulumi's generators make of the committed schema, each with a program that uses all of it.

Pulumi's language hosts are not on the Go module proxy, so the programs are compiled or type-checked, and not run.
"""

from __future__ import annotations

import json
import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from pulumi_ivschat.model import native
from pulumi_ivschat.plugin.examples import EXAMPLES
from pulumi_ivschat.stacks.importing import ResourceImport
from pulumi_ivschat.stacks.native_source_code import in_typescript
from tests.engine.test_import import ODD
from tests.sdk.conftest import HERE, OFFLINE, generate, run
from tools.engine import generate_sdks, install

PROGRAMS = HERE / "programs"
WORDS = [
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "exports",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "global",
    "globalThis",
    "if",
    "implements",
    "import",
    "in",
    "infer",
    "instanceof",
    "interface",
    "is",
    "ivschat",
    "keyof",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "process",
    "protected",
    "prototype",
    "public",
    "pulumi",
    "readonly",
    "require",
    "return",
    "satisfies",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unique",
    "unknown",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
]
"""Words that mean something in TypeScript, or in a module of Node.js."""

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("sdks")]  # one worker generates the SDKs, once


def test_the_schema_has_no_error_and_no_warning_by_pulumi_s_checker(generated: tuple[Path, str]) -> None:
    directory, printed = generated

    assert printed == ""
    assert {each.name for each in directory.iterdir()} == {"dotnet", "go", "java", "nodejs", "python"}


def test_an_error_in_a_schema_is_shown_and_nothing_is_generated(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    broken = json.loads(native.SCHEMA_FILE.read_text())
    broken["resources"][native.token("Room")]["properties"]["arn"] = {"$ref": "#/types/ivschat:index:Unknown"}
    schema.write_text(json.dumps(broken))

    result = generate(schema, tmp_path / "sdks")

    assert result.returncode != 0
    assert "arn/$ref: type ivschat:index:Unknown not found" in result.stdout
    assert not (tmp_path / "sdks").exists()


@pytest.mark.parametrize("program", ["index.ts", "main.go", "program.py", "Everything.java"])
def test_a_program_uses_every_resource_and_function_and_a_provider(program: str) -> None:
    tokens = [*native.schema()["resources"], *native.schema()["functions"], "Provider"]
    names = {token.rpartition(":")[2].lower() for token in tokens}
    text = (PROGRAMS / program).read_text().replace("_", "").lower()
    # Go has a function GetRoom for each resource Room already, so there getRoom is called LookupRoom.
    calls = r"(?:ivschat\.(?:new)?|ivschatfunctions\.|new )(\w+?)(?:output)?\("
    used = {name.replace("lookup", "get") for name in re.findall(calls, text)}

    assert names - used == set()


def check_typescript(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "node_modules").symlink_to(generate_sdks.NODE_MODULES)
    return run("node_modules/.bin/tsc", "--project", ".", cwd=folder)


def check_go(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("go", "vet", "-trimpath", ".", cwd=folder, **install.GO_ENVIRONMENT, **OFFLINE)


def check_by_mypy(folder: Path) -> subprocess.CompletedProcess[str]:
    # As for an installed package, errors inside the SDK are not reported: Pulumi's generator annotates its interface only.
    options = ("--strict", "--follow-imports=silent", "--python-version=3.10", "--config-file=")
    return run(sys.executable, "-m", "mypy", *options, "program.py", cwd=folder, MYPYPATH="sdk")


def check_by_pyright(folder: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", ".")
    return run(*command, cwd=folder, PYRIGHT_PYTHON_IGNORE_WARNINGS="1")


CHECKS: Mapping[str, tuple[str, Callable[[Path], subprocess.CompletedProcess[str]]]] = {
    "tsc": ("nodejs", check_typescript),
    "go-vet": ("go", check_go),
    "mypy": ("python", check_by_mypy),
    "pyright": ("python", check_by_pyright),
}
"""By name: the SDK that the program imports, and the function that checks the program with it."""

Check = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(params=CHECKS)
def check(request: pytest.FixtureRequest, generated: tuple[Path, str], tmp_path: Path) -> Check:
    """Return a function that checks a program in which the room has this maximum message length."""
    language, checked = CHECKS[request.param]
    folder = tmp_path / "programs"
    shutil.copytree(PROGRAMS, folder)
    shutil.copytree(generated[0] / language, folder / "sdk")

    def with_length(length: str) -> subprocess.CompletedProcess[str]:
        for program in (folder / "index.ts", folder / "main.go", folder / "program.py"):
            text = program.read_text()
            assert text.count("120") == 1
            program.write_text(text.replace("120", length))
        return checked(folder)

    return with_length


@pytest.mark.long
def test_a_program_that_uses_everything_is_valid(check: Check) -> None:
    result = check("120")

    assert result.returncode == 0, result.stdout


@pytest.mark.long
def test_an_argument_of_another_type_is_an_error(check: Check) -> None:
    result = check('"many"')

    assert result.returncode != 0
    assert re.search(
        r"TS2322: Type|cannot convert \"many\"|No overload variant of \"Room\"|reportArgumentType", result.stdout
    )


def an_import(number: int, name: str) -> ResourceImport:
    arn = f"arn:aws:ivschat:us-west-2:000000000000:room/{number:012}"
    return ResourceImport("Room", name, arn, {"tags": {name: name, "__proto__": "x"}}, {}, {})


@pytest.mark.long
def test_the_code_of_an_import_compiles_for_any_name(generated: tuple[Path, str], tmp_path: Path) -> None:
    odd = [each["name"] for each in ODD if each["name"]]
    names = dict.fromkeys([*odd, *WORDS, *keyword.kwlist, *keyword.softkwlist])
    shutil.copytree(generated[0] / "nodejs", tmp_path / "sdk")
    shutil.copy(PROGRAMS / "tsconfig.json", tmp_path)
    code = in_typescript([an_import(number, name) for number, name in enumerate(names)])
    (tmp_path / "index.ts").write_text(code)

    result = check_typescript(tmp_path)

    assert result.returncode == 0, result.stdout
    assert code.count("export const ") == len(names)


def test_the_sdk_for_dotnet_has_every_resource_function_and_type_and_a_provider_that_assumes_a_role(
    generated: tuple[Path, str],
) -> None:
    """Nothing is compiled: .NET is not on the machines that run the tests."""
    sdk = generated[0] / "dotnet"
    tokens = [*native.schema()["resources"], *native.schema()["functions"], *native.schema()["types"]]
    declared = "\n".join(file.read_text() for file in sdk.rglob("*.cs"))

    missing = {token for token in tokens if not re.search(rf"(class|struct) {class_name(token)}\w*\b", declared)}
    provider = (sdk / "Provider.cs").read_text()

    assert missing == set()
    assert "namespace Pulumi.IvsChat" in provider
    assert '[Input("assumeRole", json: true)]' in provider
    assert (sdk / "Pulumi.IvsChat.csproj").exists()


def test_the_sdk_for_java_has_every_resource_function_property_and_type_and_a_provider(
    generated: tuple[Path, str],
) -> None:
    """`make test-nightly` compiles and runs it: see test_java.py."""
    schema, sdk = native.schema(), generated[0] / "java" / "src" / "main"
    package = sdk / "java" / "com" / "pulumi" / "ivschat"
    functions = (package / "IvschatFunctions.java").read_text()
    classes = {
        "Provider": (),
        "ProviderArgs": schema["provider"]["inputProperties"],
        **{token: resource["properties"] for token, resource in schema["resources"].items()},
        **{f"{token}Args": resource["inputProperties"] for token, resource in schema["resources"].items()},
        **{f"{token}Args": function["inputs"]["properties"] for token, function in schema["functions"].items()},
        **{f"{token}Result": function["outputs"]["properties"] for token, function in schema["functions"].items()},
        **{token: each.get("properties", {}) for token, each in schema["types"].items()},
    }
    methods = {token.rpartition(":")[2] for token in schema["functions"]}

    assert missing_members(package, classes) == set()
    assert methods - {*re.findall(r"public static Output<\w+> (\w+)\(", functions)} == set()
    assert (sdk / "resources" / "com" / "pulumi" / "ivschat" / "version.txt").read_text().strip() == schema["version"]


def missing_members(package: Path, classes: Mapping[str, Collection[str]]) -> set[str]:
    """Return the properties without an accessor in a Java *package*, after their class; or the class alone if it has no file."""
    files = {file.stem: file.read_text() for file in package.rglob("*.java")}
    named = {class_name(token): properties for token, properties in classes.items()}
    members = {
        f"{name}.{each}"
        for name, properties in named.items()
        for each in properties
        if name in files and not re.search(rf"public [\w<>, ]+ {each}\(\) {{", files[name])
    }
    return members | (named.keys() - files.keys())


def class_name(token: str) -> str:
    """Return the name of something in the schema as C# and Java have it: `ivschat:index:getRoom` → `GetRoom`."""
    name = token.rpartition(":")[2]
    return name[0].upper() + name[1:]


def test_the_examples_of_the_schema_are_valid_typescript(generated: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(generated[0] / "nodejs", tmp_path / "sdk")
    settings = json.loads((PROGRAMS / "tsconfig.json").read_text())
    (tmp_path / "tsconfig.json").write_text(json.dumps({**settings, "files": [f"{name}.ts" for name in EXAMPLES]}))
    for name, example in EXAMPLES.items():
        (tmp_path / f"{name}.ts").write_text(example.typescript)

    result = check_typescript(tmp_path)

    assert result.returncode == 0, result.stdout


def test_the_go_program_has_the_versions_of_the_engine() -> None:
    required, engine = (
        dict(re.findall(r"^\t(\S+) (v\S+)", file.read_text(), re.MULTILINE))
        for file in (PROGRAMS / "go.mod", install.HERE / "go.mod")
    )

    assert required[install.SDK] == install.version_to_build()
    assert {name: version for name, version in required.items() if engine.get(name, version) != version} == {}


def test_make_sdk_generates_from_the_committed_schema() -> None:
    assert generate_sdks.SCHEMA == native.SCHEMA_FILE
