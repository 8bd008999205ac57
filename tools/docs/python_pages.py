"""Pages of the Python API: Sphinx's autodoc, for the public names of each public module."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import pulumi_ivschat
from pulumi_ivschat import errors, iam, runtime, settings, testing
from tools.docs.markdown import contents, page

_PROGRAM: Final = "program"
_MODULES: Final[dict[str, tuple[ModuleType, str]]] = {
    "runtime": (runtime, "Tokens, events and moderation, for the server behind the chat"),
    "iam": (iam, "IAM policy documents"),
    "settings": (settings, "The stack's settings, in code"),
    "testing": (testing, "The local service in tests of your own"),
}


def python_pages() -> dict[str, str]:
    """Return the text of each page by its path on the site."""
    found = {f"reference/python-{name}.md": _module_page(name) for name in _MODULES}
    return {
        "reference/python.md": _index(),
        "reference/python-program.md": _program_page(),
        **found,
    }


def _index() -> str:
    rows = [f"- {{doc}}`python-{name}`: {about}" for name, (_, about) in _MODULES.items()]
    first = "- {doc}`python-program`: resources, lookups and tokens in a Pulumi program"
    names = ["pulumi_ivschat <python-program>", *(f".{name} <python-{name}>" for name in _MODULES)]
    return page(
        "Python API",
        "These modules are public. Each name is documented from its docstring.",
        "\n".join([first, *rows, "- {doc}`errors`: the errors that all of them raise"]),
        contents(*names),
    )


def public_names(module: ModuleType) -> list[str]:
    """Return the names of the classes and functions that a module defines or lists in `__all__`."""
    listed: list[str] | None = getattr(module, "__all__", None)
    own = [name for name, value in vars(module).items() if not name.startswith("_") and _is_own(module, value)]
    return own if listed is None else [*listed]


def _is_own(module: ModuleType, value: Any) -> bool:
    return (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module.__name__


def _module_page(name: str) -> str:
    module, about = _MODULES[name]
    head = f".. automodule:: {module.__name__}\n   :no-members:"
    directives = [_directive(module.__name__, each, getattr(module, each)) for each in public_names(module)]
    return page(f"pulumi_ivschat.{name}", f"{about}.", _rst(head, *directives))


def _program_page() -> str:
    names = [name for name in public_names(pulumi_ivschat) if not hasattr(errors, name)]
    groups: dict[str, list[str]] = {title: [] for title, _ in _GROUPS}
    for name in names:
        value = getattr(pulumi_ivschat, name)
        groups[next(title for title, belongs in _GROUPS if belongs(value))].append(name)
    return page("Names of pulumi_ivschat", "`from pulumi_ivschat import Room`", *_sections(groups))


_GROUPS: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("Resources", lambda value: hasattr(value, "urn")),
    ("Functions", inspect.isfunction),
    ("Inputs", lambda value: value.__name__.endswith("Args")),
    ("Results", lambda _: True),
)


def _sections(groups: dict[str, list[str]]) -> Iterator[str]:
    for title, names in groups.items():
        yield f"## {title}"
        yield _rst(*(_directive(pulumi_ivschat.__name__, each, getattr(pulumi_ivschat, each)) for each in names))


def _directive(module: str, name: str, value: Any) -> str:
    if inspect.isclass(value):
        return f".. autoclass:: {module}.{name}\n   :members:\n   :undoc-members:"
    return f".. autofunction:: {module}.{name}"


def _rst(*directives: str) -> str:
    return "\n".join(["```{eval-rst}", "\n\n".join(directives), "```"])
