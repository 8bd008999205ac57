"""
A mutation: a bug that somebody might make, put in at run time at a function's contract.

    @bug("The bug in plain words", CREATES, "before", tests=TESTS_OF_CREATES)
    def never_unsure(right: Any, self: Any, operation: Any, region: Any) -> Any:
        return right(self, operation, region) or value(BEFORE)()

The wrong function replaces the *right* one, which it may call. It has the parameters of the right one, and uses public names
only. So a mutation survives a refactoring of the code inside. If a name or a parameter changes, tests/project/test_mutations.py
names the mutation.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from tests.soak.mutations.places import value

Wrong = Callable[..., Any]
Report = Callable[[str], None]
RAN: Final = "ran"


class Patch(NamedTuple):
    """What is replaced: a name at a place; by a wrong function, or by a value if *constant*."""

    place: str
    name: str
    wrong: Wrong
    constant: bool = False

    @property
    def module(self) -> str:
        """The module that holds it."""
        return self.place.partition(":")[0]

    @property
    def target(self) -> str:
        """The place and the name."""
        return f"{self.place}{'.' if ':' in self.place else ':'}{self.name}"

    def right(self) -> Any:
        """Return what is there, as its class or module holds it; raise AttributeError if there is nothing."""
        return inspect.getattr_static(value(self.place), self.name)

    def put_in(self, report: Report = lambda _: None) -> None:
        """Replace it; *report* is called with `RAN` when the wrong code runs."""
        right = self.right()
        setattr(value(self.place), self.name, self.wrong() if self.constant else self._replaced(right, report))
        if self.right() is right:
            msg = f"{self.target} is as it was"
            raise RuntimeError(msg)
        if self.constant:
            report(RAN)

    def _replaced(self, right: Any, report: Report) -> Any:
        if isinstance(right, property):
            return property(self._around(right.fget, report))
        return self._around(right, report)

    def _around(self, right: Any, report: Report) -> Any:
        if not inspect.isroutine(right) and not hasattr(right, "__wrapped__"):
            msg = f"{self.target} is not a function"
            raise TypeError(msg)

        @functools.wraps(right)
        def around(*args: Any, **kwargs: Any) -> Any:
            report(RAN)
            return self.wrong(right, *args, **kwargs)

        return around


class Mutation(NamedTuple):
    """A bug in plain words, what puts it in, and the tests that are meant to catch it."""

    name: str
    bug: str
    patches: tuple[Patch, ...]
    tests: tuple[str, ...]


MUTATIONS: Final[dict[str, Mutation]] = {}
"""By name, which is the module's here and the function's."""


def bug(words: str, place: str, *names: str, tests: tuple[str, ...]) -> Callable[[Wrong], Wrong]:
    """Make a function the wrong one for each of *names* at a place: a bug, in plain *words*, which *tests* are to catch."""

    def register(wrong: Wrong) -> Wrong:
        return _added(wrong, words, tuple(Patch(place, name, wrong) for name in names), tests)

    return register


def instead(words: str, place: str, name: str, *, tests: tuple[str, ...]) -> Callable[[Wrong], Wrong]:
    """Make what a function returns the wrong value of a name."""

    def register(wrong: Wrong) -> Wrong:
        return _added(wrong, words, (Patch(place, name, wrong, constant=True),), tests)

    return register


def also(place: str, *names: str) -> Callable[[Wrong], Wrong]:
    """Add to the bug of the same function more places."""

    def extend(wrong: Wrong) -> Wrong:
        former = MUTATIONS[_name(wrong)]
        more = tuple(Patch(place, name, wrong) for name in names)
        MUTATIONS[former.name] = former._replace(patches=(*former.patches, *more))
        return wrong

    return extend


def gone(mutation: Mutation) -> list[str]:
    """Return the targets of a mutation that do not exist any more; this imports their modules."""
    return [patch.target for patch in mutation.patches if not _exists(patch)]


def _exists(patch: Patch) -> bool:
    try:
        patch.right()
    except (ImportError, AttributeError):
        return False
    return True


def _added(wrong: Wrong, words: str, patches: tuple[Patch, ...], tests: tuple[str, ...]) -> Wrong:
    name = _name(wrong)
    if name in MUTATIONS:
        msg = f"there are two mutations {name}"
        raise ValueError(msg)
    MUTATIONS[name] = Mutation(name, words, patches, tests)
    return wrong


def _name(wrong: Wrong) -> str:
    return f"{wrong.__module__.rpartition('.')[2]}.{wrong.__name__}"


@contextlib.contextmanager
def put_in(mutation: Mutation) -> Iterator[None]:
    """Put a mutation into this process for a while."""
    with contextlib.ExitStack() as stack:
        for patch in mutation.patches:
            stack.callback(setattr, value(patch.place), patch.name, patch.right())
            patch.put_in()
        yield
