"""
The two pages that Pulumi's registry shows of a package: docs/_index.md and docs/installation-configuration.md.

`make schema` writes them from the schema and the examples, and a test compares them. The site has pages of its own instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_ivschat.model.native import schema
from pulumi_ivschat.plugin.examples import EXAMPLES
from tools.docs.markdown import code
from tools.docs.resource_pages import properties, python_example
from tools.docs.staging import ROOT

_INTRODUCTION: Final = """\
The Amazon IVS Chat provider manages the rooms of a live chat: their limits, review handlers, logging and tags. It also looks up
rooms, issues chat tokens for smoke tests, and returns IAM policies with the least that a deployment or a server needs.

A local IVS Chat service comes with the package. With `ivschat:endpointUrl` set to `local`, a program runs without an AWS account.
"""
_INSTALLATION: Final = """\
## Installation

- **Python:** `pip install pulumi-ivschat`. It needs no plug-in.
- **Other languages:** the same command installs the plug-in `pulumi-resource-ivschat`. Then `pulumi package add
  PATH/pulumi-resource-ivschat` generates the SDK for your project.
- **Without Python:** install the plug-in from an archive:

{plugin}

The package and its SDKs are not published yet. Until then, install from a checkout of the repository.
"""
_CONFIGURATION: Final = """\
## Configuration

{command}

Credentials come from AWS's own chain. These environment variables are part of it:

{environment}

The credentials need what the function `deployerPolicy` returns. Credentials are never in the state.

### Settings
"""


def overview() -> str:
    """Return the text of docs/_index.md."""
    programs = {
        "typescript": EXAMPLES["Room"].typescript,
        "python": python_example("Room"),
        "go": (ROOT / "examples/quickstart-go/main.go").read_text(encoding="utf-8"),
        "java": (ROOT / "examples/quickstart-java/src/main/java/quickstart/App.java").read_text(encoding="utf-8"),
        "yaml": EXAMPLES["Room"].yaml,
    }
    about = "Rooms of Amazon IVS Chat as code, with a local IVS Chat service to run them on."
    parts = [_front_matter("Amazon IVS Chat", about), _INTRODUCTION.strip(), "## Example", *_chooser(programs)]
    return "\n\n".join(parts) + "\n"


def _front_matter(title: str, about: str) -> str:
    return f'---\ntitle: "{title}"\nmeta_desc: "{about}"\nlayout: package\n---'


def _chooser(programs: dict[str, str]) -> Iterator[str]:
    yield f'{{{{< chooser language "{",".join(programs)}" >}}}}'
    for language, program in programs.items():
        yield f"{{{{% choosable language {language} %}}}}"
        yield code(language, program)
        yield "{{% /choosable %}}"
    yield "{{< /chooser >}}"


def installation() -> str:
    """Return the text of docs/installation-configuration.md."""
    version = schema()["version"]
    archive = f"pulumi-resource-ivschat-v{version}-linux-amd64.tar.gz"
    plugin = code("sh", f"pulumi plugin install resource ivschat {version} --file {archive}")
    command = code("sh", "pulumi config set ivschat:region us-west-2")
    environment = code("sh", "export AWS_PROFILE=chat\nexport AWS_REGION=us-west-2   # if the setting is not there")
    about = "How to install the Amazon IVS Chat provider for Pulumi, and how to configure it."
    parts = [
        _front_matter("Amazon IVS Chat: Installation & Configuration", about),
        _INSTALLATION.strip().format(plugin=plugin),
        _CONFIGURATION.strip().format(command=command, environment=environment),
        _settings(),
    ]
    return "\n\n".join(parts) + "\n"


def _settings() -> str:
    return properties({f"ivschat:{key}": spec for key, spec in schema()["config"]["variables"].items()}, python=False)


PAGES: Final = {"docs/_index.md": overview, "docs/installation-configuration.md": installation}
"""By file: the function that returns its text."""


def main() -> None:
    """Write the pages."""
    for name, text in PAGES.items():
        (ROOT / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
