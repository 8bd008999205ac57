"""`pulumi-ivschat drift`: what is not as the stacks say, and what no stack speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.plain_text import plain

if TYPE_CHECKING:
    from pulumi_ivschat.stacks.account import Lists
    from pulumi_ivschat.stacks.drift import Report, StackState
    from pulumi_ivschat.stacks.engine import Stack

_DRIFT: Final = 2
_AT_ONCE: Final = 4
"""How many stacks are read at a time."""
_COLOURS: Final = {"changed": "yellow", "missing": "red", "unmanaged": "cyan", "stale": "magenta"}


class _Command(click.Command):
    """A command whose wrong usage ends with 1: 2 says that there is drift."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Do as a command does."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(1) from None


@click.command(cls=_Command, short_help="Find what changed, is missing, or nobody manages.")
@click.argument("stacks", nargs=-1, metavar="[STACK | DIR:STACK]…")
@click.option("--all", "every", is_flag=True, help="Compare every stack of the project.")
@click.option(
    "--cwd",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="Where the Pulumi project is  [default: here]",
)
@options.regions("Look here too; repeatable  [default: where the stacks are]")
@click.option(
    "--ignore", "rules", multiple=True, metavar="RULE", help="Ignore findings that this rule matches; repeatable."
)
@click.option(
    "--ignore-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Rules, one to a line  [default: tool.pulumi-ivschat.drift.ignore in pyproject.toml]",
)
@click.option("--json", "form", flag_value="json", help="Print JSON; its schema is docs/drift.schema.json.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown, for a pull request or an issue.")
@click.option("-v", "--verbose", is_flag=True, help="Print below each finding the rule that ignores it.")
@click.pass_context
def drift(  # noqa: PLR0913, PLR0917  one for each option
    context: click.Context,
    /,
    stacks: Sequence[str],
    cwd: Path,
    regions: Sequence[str],
    rules: Sequence[str],
    ignore_file: Path | None,
    form: str | None,
    *,
    every: bool,
    verbose: bool,
) -> None:
    """
    Compare stacks with the account: what has changed, what is missing, what nobody manages.

    The selected stack, the STACKs named, or --all, of the project here or in DIR. Each page of an account is read once for all
    stacks. No program runs, and nothing is written.

    Exit code: 0, nothing found; 2, drift; 1, the comparison failed, or the command line is invalid.
    """
    from pulumi_ivschat.stacks import account, drift as drifts, drift_rules  # noqa: PLC0415  for this command only

    ignoring = [*drift_rules.given(rules), *(drift_rules.of_file(ignore_file) if ignore_file else [])]
    if not ignore_file:
        ignoring += drift_rules.of_project(cwd)
    with account.Lists() as lists:
        with progress("Reading stacks") as count:
            states = _states(_found(stacks, cwd, every=every), lists, regions, count)
        with progress("Comparing with the account"):
            report = drifts.compare(states, datetime.now(timezone.utc), lists, regions=regions, rules=ignoring)
    _print(report, form, verbose=verbose)
    context.exit(0 if report.is_clean else _DRIFT)


def _found(stacks: Sequence[str], cwd: Path, *, every: bool) -> list[Stack]:
    from pulumi_ivschat.stacks import engine  # noqa: PLC0415  for this command only

    if every and stacks:
        msg = "--all is every stack of the project; omit the names of stacks, or --all"
        raise Failed(msg)
    if every:
        return engine.of_project(cwd)
    places = [text.rpartition(":") for text in dict.fromkeys(stacks or [""])]
    return [engine.find(cwd / directory, name or None) for directory, _, name in places]


def _states(
    stacks: Sequence[Stack], lists: Lists, regions: Sequence[str], count: Callable[[], None]
) -> list[StackState]:
    """Return the states of stacks, some read at a time: the engine takes most of a second for each."""

    def read(stack: Stack) -> StackState:
        state = _state(stack, lists, regions)
        count()
        return state

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(read, stacks))


def _state(stack: Stack, lists: Lists, regions: Sequence[str]) -> StackState:
    """Return a stack's state; *lists* begins to fetch its account meanwhile."""
    from pulumi_ivschat.aws.regions import resolved_region  # noqa: PLC0415  for this command only
    from pulumi_ivschat.stacks import drift as drifts, providers, state  # noqa: PLC0415

    settings = stack.settings()
    for region in filter(None, [resolved_region(settings), *regions]):
        lists.begin(settings, region)
    exported = stack.deployment()
    managed, known = state.managed(exported), frozenset(state.arns(exported))
    of_providers = providers.Providers(exported).settings({each.provider for each in managed} - {providers.OWN})
    return drifts.StackState(stack.project, stack.name, settings, managed, known, of_providers)


def _print(report: Report, form: str | None, *, verbose: bool) -> None:
    from pulumi_ivschat.stacks import drift_reports  # noqa: PLC0415  for this command only

    if form == "json":
        click.echo(json.dumps(drift_reports.document(report), indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(drift_reports.markdown(report), nl=False)
    else:
        _print_lines(report, verbose=verbose)


def _print_lines(report: Report, *, verbose: bool) -> None:
    from pulumi_ivschat.stacks import drift_reports  # noqa: PLC0415  for this command only

    for title, findings in drift_reports.by_kind(report):
        click.secho(title, bold=True, fg=_COLOURS[findings[0].kind])
        for finding in findings:
            click.echo(f"  {plain(drift_reports.place(finding))}")
            if how := drift_reports.change(finding):
                since = f"  ({finding.changed_at})" if finding.changed_at else ""
                click.echo(f"    {plain(how)}{since}")
            if verbose:
                click.secho(f"    ignore with: {plain(finding.rule)}", dim=True)
        for hint in drift_reports.hints(findings):
            click.echo(f"  {hint}")
    summary = plain(drift_reports.summary(report))
    click.echo(summary[:1].upper() + summary[1:])
