"""The Go modules of the engine, its YAML host and the generator for .NET: builds compile what they share once."""

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


def versions(file: Path) -> dict[str, str]:
    """Return the required modules of a go.mod, with their versions."""
    return dict(re.findall(r"^\t(\S+) (v\S+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_yaml_host_is_built_from_the_packages_of_the_engine() -> None:
    engine, host = versions(ENGINE / "go.mod"), versions(ENGINE / "pulumi-language-yaml" / "go.mod")

    assert len(engine.keys() & host.keys()) > 80
    assert {name for name in engine.keys() & host.keys() if engine[name] != host[name]} == OF_THE_HOST


def test_the_generator_for_dotnet_is_built_from_the_packages_of_the_engine_and_of_the_yaml_host() -> None:
    engine, host, generator = (
        versions(ENGINE / folder / "go.mod") for folder in ("", "pulumi-language-yaml", "sdk-dotnet")
    )
    shared = {**engine, **host}
    own = re.findall(r"^require (\S+) v", (ENGINE / "sdk-dotnet" / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)

    assert {name for name in shared.keys() & generator.keys() if shared[name] != generator[name]} <= {*own}
    assert own == ["github.com/pulumi/pulumi/pkg/v3"]
