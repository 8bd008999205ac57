"""The Go modules of the engine, its YAML host and the generators for .NET and Java: builds compile what they share once."""

from __future__ import annotations

import re
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "tools" / "engine"
OF_THE_HOST = {
    "github.com/pulumi/pulumi/pkg/v3",
    "github.com/pulumi/pulumi/sdk/v3",
    "github.com/pulumi/inflector",
    "github.com/iancoleman/strcase",
}
"""The modules that the host needs in a version of its own, or that the engine's programs do not compile."""


OF_THE_GENERATORS = {
    "github.com/pulumi/pulumi/pkg/v3",
    "github.com/zclconf/go-cty",
}
"""The modules that the generators for .NET and Java need in a version of their own."""


def versions(file: Path) -> dict[str, str]:
    """Return the required modules of a go.mod, with their versions."""
    return dict(re.findall(r"^\t(\S+) (v\S+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_yaml_host_is_built_from_the_packages_of_the_engine() -> None:
    engine, host = versions(ENGINE / "go.mod"), versions(ENGINE / "pulumi-language-yaml" / "go.mod")

    assert len(engine.keys() & host.keys()) > 80
    assert {name for name in engine.keys() & host.keys() if engine[name] != host[name]} == OF_THE_HOST


def test_the_generators_for_dotnet_and_java_are_built_from_the_packages_of_the_engine_and_of_the_yaml_host() -> None:
    engine, host, generators = (
        versions(ENGINE / folder / "go.mod") for folder in ("", "pulumi-language-yaml", "sdk-dotnet-java")
    )
    shared = {**engine, **host}

    assert {name for name in shared.keys() & generators.keys() if shared[name] != generators[name]} == OF_THE_GENERATORS
