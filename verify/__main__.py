"""
Ask an IVS Chat service the questions, and print the report.

    python -m verify [--endpoint local|aws|URL] [--only WORD] [--json FILE] [--markdown FILE] [--record FILE] [--against FILE]
    python -m verify --clean | --policy | --dry-run
"""

from __future__ import annotations

import difflib
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError

from verify import cleaning, dry_run, endpoint as endpoints, permissions, report
from verify.calls import Calls, Unanswered
from verify.endpoint import Endpoint
from verify.pacing import Pace
from verify.question import Question, Result, Verdict, asked
from verify.questions import in_order
from verify.report import Report
from verify.run import Options, Run

MOST_ROOMS_OF_OTHERS: Final = 100
"""Rooms of an account on which a run needs --yes: it pages through them all when it cleans up."""
_TERMINATED: Final = 128 + signal.SIGTERM
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command(help=__doc__)
@click.option(
    "--endpoint", "name", default="local", show_default=True, help="`local`, `aws`, or a local service's address."
)
@click.option("--region", help="AWS's region. [default: the profile's, else us-west-2]")
@click.option("--profile", help="The profile whose credentials are used on AWS.")
@click.option("--only", multiple=True, help="Questions or topics that have this in their name; repeatable.")
@click.option("--slow", is_flag=True, help="Also the questions that take a minute each.")
@click.option("--no-deployments", is_flag=True, help="Without the Pulumi engine.")
@click.option("--review-function", help="ARN of a Lambda function with verify/review_function.py.")
@click.option(
    "--log-group",
    "log_groups",
    multiple=True,
    help="CloudWatch log group for logging configurations on AWS; twice for all.",
)
@click.option("--json", "json_file", type=_FILE, help="Write the report here as JSON.")
@click.option("--markdown", "markdown_file", type=_FILE, help="Write the report here as Markdown.")
@click.option("--record", type=_FILE, help="Write the answers here, redacted.")
@click.option("--against", type=_FILE, help="Expect the answers of this file.")
@click.option("--clean", is_flag=True, help="Delete what earlier runs left, and ask nothing.")
@click.option("--policy", is_flag=True, help="Print the IAM policy that a run needs, for --region and --account.")
@click.option("--account", default="*", help="The account of --policy: 12 digits. [default: any]")
@click.option("--dry-run", "dry", is_flag=True, help="List the calls of each question, and make none.")
@click.option("--yes", is_flag=True, help=f"Go on if the account has more than {MOST_ROOMS_OF_OTHERS} rooms.")
def main(**given: Any) -> None:
    """Do what the options ask for; the exit code is 1 if an answer is different or a question failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))  # the run cleans up, as after Ctrl-C
    try:
        _done(given)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except (BotoCoreError, Unanswered) as error:
        raise click.ClickException(str(error)) from None


def _done(given: Mapping[str, Any]) -> None:
    questions = _chosen(given["only"])
    expected = report.read_recorded(given["against"]) if given["against"] else None
    if given["policy"]:
        region = endpoints.region_of_aws(given["region"], given["profile"])
        click.echo(permissions.policy(given["account"], region, logs=bool(given["log_groups"])))
    elif given["dry"]:
        click.echo(dry_run.listing(questions))
    else:
        with endpoints.found(given["name"], given["region"], given["profile"]) as endpoint:
            if given["clean"]:
                _clean(endpoint)
            else:
                _refuse_a_large_account(endpoint, allowed=given["yes"])
                sys.exit(_asked(endpoint, given, questions, expected))


def _chosen(words: tuple[str, ...]) -> Mapping[str, Question]:
    """Return the questions of --only; raise ValueError for a word that none of them has."""
    questions = in_order()
    for word in words:
        if not any(_has(each, word) for each in questions.values()):
            near = difflib.get_close_matches(
                word, [*questions, *{each.topic for each in questions.values()}], cutoff=0.4
            )
            msg = f"no question has {word} in its name or topic. Near: {', '.join(near) or 'none; see --dry-run'}"
            raise ValueError(msg)
    return {name: each for name, each in questions.items() if not words or any(_has(each, word) for word in words)}


def _has(question: Question, word: str) -> bool:
    return word in question.name or word in question.topic


def _clean(endpoint: Endpoint) -> None:
    deleted = cleaning.clean(Calls(endpoint, Pace(endpoint.rate)))
    for word in deleted:
        click.echo(f"Deleted {word}")
    click.echo(f"{len(deleted)} resources of earlier runs were deleted.")


def _refuse_a_large_account(endpoint: Endpoint, *, allowed: bool) -> None:
    if allowed:
        return
    if cleaning.rooms(Calls(endpoint, Pace(endpoint.rate)), MOST_ROOMS_OF_OTHERS) > MOST_ROOMS_OF_OTHERS:
        msg = f"The account has more than {MOST_ROOMS_OF_OTHERS} rooms in {endpoint.region}. Use a test account, or --yes."
        raise click.ClickException(msg)


def _asked(
    endpoint: Endpoint, given: Mapping[str, Any], questions: Mapping[str, Question], expected: Mapping[str, Any] | None
) -> int:
    """Ask, write what was seen, also if the run is interrupted, and only then delete what it made; return the exit code."""
    options = Options(given["slow"], not given["no_deployments"], given["review_function"], given["log_groups"])
    run, begin = Run(endpoint, options), time.monotonic()
    results: list[Result] = []
    click.echo(f"Run {run.id}. If it is interrupted, `make verify-clean` deletes what it made.", err=True)
    try:
        for result in asked(run, questions, expected):
            results.append(result)
            _show(result)
    finally:
        done = Report(given["name"], endpoint.region, results, run.requests, time.monotonic() - begin)
        try:
            _write(done, given)
        finally:
            run.clean()
    return 1 if done.different or done.failed else 0


def _show(result: Result) -> None:
    if result.verdict in {Verdict.DIFFERENT, Verdict.FAILED} or sys.stderr.isatty():
        click.echo(f"{result.verdict.value:13} {result.question.name}", err=True)


def _write(done: Report, given: Mapping[str, Any]) -> None:
    for file, text in (
        (given["json_file"], done.as_json()),
        (given["markdown_file"], done.as_markdown()),
        (given["record"], report.recorded(done.results)),
    ):
        if file:
            file.write_text(text, encoding="utf-8")
    if not given["markdown_file"]:
        click.echo(done.as_markdown())


if __name__ == "__main__":
    main()
