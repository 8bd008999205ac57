"""`pulumi-ivschat import`: takes rooms and logging configurations that exist into a stack, and writes their code."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.cli import moving_in, options
from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.progress import counted, progress
from pulumi_ivschat.cli.stack_options import confirmed, with_stack, yes
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.model.arns import FORM
from pulumi_ivschat.plain_text import plain

if TYPE_CHECKING:
    from pulumi_ivschat.aws.client import ControlPlane
    from pulumi_ivschat.stacks.account import Found
    from pulumi_ivschat.stacks.engine import Stack
    from pulumi_ivschat.stacks.importing import Plan, ResourceImport
    from pulumi_ivschat.stacks.other_tools.inventory import Inventory
    from pulumi_ivschat.stacks.source_code import Language

_MODULE: Final = "imported_rooms"
_NEXT: Final = """\
Next: put {code} into the program and run `pulumi preview`.
Until then `pulumi up` fails, and its error advises `pulumi state unprotect`. Do not run that: the next `up` would delete them."""
_OF_ANOTHER: Final = (
    "{reason}. Import it only if that stack does not manage it any more: two stacks undo each "
    "other's changes, and a destroy of either deletes it."
)
_LANGUAGES: Final = ("python", "yaml", "typescript")
_ARN: Final = re.compile(rf"(?:(?P<name>[^=]+)=)?(?P<arn>{FORM})")


@attrs.frozen
class Choice:
    """
    What is to be imported: resource names by ARN (None: to be found), names, tags, or all; and where.

    And what another tool manages, its *inventory*.
    """

    arns: Mapping[str, str | None]
    names: Sequence[str]
    tags: Mapping[str, str]
    everything: bool
    regions: Sequence[str]
    inventory: Inventory | None = None

    @property
    def resource_names(self) -> Mapping[str, str]:
        """The resource names by ARN: the given ones, else those of the inventory."""
        given = {arn: name for arn, name in self.arns.items() if name}
        return {**(moving_in.names(self.inventory) if self.inventory else {}), **given}

    @property
    def named_arns(self) -> set[str]:
        """The ARNs that somebody named, or that the inventory has."""
        return {*self.arns, *(entry.arn for entry in (self.inventory.entries if self.inventory else ()))}


def _arns(_: click.Context, __: click.Parameter, given: Sequence[str]) -> dict[str, str | None]:
    found = {text: _ARN.fullmatch(text) for text in given}
    for text, match in found.items():
        if not match:
            msg = f"{text!r} is neither the ARN of a room or logging configuration, nor RESOURCE_NAME=ARN"
            raise click.BadParameter(msg)
    arns: dict[str, str | None] = {}
    for match in filter(None, found.values()):
        arns[match["arn"]] = match["name"] or arns.get(match["arn"])
    return arns


@click.command("import", short_help="Import existing rooms into a stack, with the code.")
@click.argument("arns", nargs=-1, metavar="[[RESOURCE_NAME=]ARN]…", callback=_arns)
@click.option("--name", "names", multiple=True, help="Rooms of this name; repeatable.")
@options.tags("Resources with this tag; repeatable.")
@click.option("--all", "everything", is_flag=True, help="All rooms and logging configurations.")
@options.regions("Where to look; repeatable  [default: the stack's region]")
@moving_in.option
@click.option("--tag-sets", is_flag=True, help="Put the tags into a TagSet for each room, not into the room.")
@click.option(
    "--out",
    metavar="FILE",
    help=f"The file for the code; - is stdout  [default: {_MODULE}.py (.yaml, .ts) beside the program]",
)
@click.option(
    "--language",
    type=click.Choice(_LANGUAGES),
    help="The code's language. yaml and typescript import resources of the native plug-in  [default: the project's]",
)
@yes
@with_stack
def import_(  # noqa: PLR0913  one for each option
    stack: Stack,
    *,
    arns: Mapping[str, str | None],
    names: Sequence[str],
    tags: Mapping[str, str],
    everything: bool,
    regions: Sequence[str],
    source: str | None,
    tag_sets: bool,
    out: str | None,
    language: str | None,
    yes: bool,
) -> None:
    """
    Import existing rooms and logging configurations into a stack, and write the program's code for them.

    The resources are read, and not changed. Resources that the stack already has are skipped. So are those with the owner
    tag of another stack, unless you name their ARNs. Until the program has the code, the stack protects the resources: an
    `up` without it fails, and deletes nothing.

    With --from, the command also prints how to remove the resources from the other tool without deleting them. ARNs are
    imported too; RESOURCE_NAME=ARN renames one.

    Exit code: 1 if a resource that you selected with an ARN, --name or --from is not imported.
    """
    choice = Choice(arns, names, tags, everything, regions)
    _validate(choice, source)
    if source:
        choice = attrs.evolve(choice, inventory=moving_in.inventory(source, stack))
    found = _planned(stack, choice, tag_sets=tag_sets)
    _show(found)
    if found.resource_imports:
        code = _Code.of(stack, out, language)
        confirmed(_question(found, stack), yes=yes)
        _carry_out(found, stack, code)
    if choice.inventory:
        moving_in.show_release(choice.inventory, _arns_here(found))
    _fail_without(choice, found)


def _validate(choice: Choice, source: str | None) -> None:
    """Raise UsageError if nothing is chosen, or a *source* together with options that select resources."""
    selects = choice.names or choice.tags or choice.everything
    if source and (selects or choice.regions):
        msg = "--from imports what FILE or STACK has: use it without --name, --tag, --all and --region"
        raise click.UsageError(msg)
    if not (source or choice.arns or selects):
        msg = "nothing to import: name ARNs, or use --name, --tag, --all or --from"
        raise click.UsageError(msg)


def _arns_here(found: Plan) -> set[str]:
    """Return the ARNs that the stack has after the import."""
    before = {skipped.arn for skipped in found.skipped if skipped.is_here}
    return before | {each.arn for each in found.resource_imports}


def _question(found: Plan, stack: Stack) -> str:
    others = dict.fromkeys(filter(None, (each.recorded_in or each.owner for each in found.resource_imports)))
    taken = f", some of {plain(', '.join(others))}" if others else ""
    return f"Import {_counted(found)} into {stack.project}/{stack.name}{taken}?"


def _fail_without(choice: Choice, found: Plan) -> None:
    """Fail if nothing is imported of what somebody named, or an ARN that somebody named is not in the stack."""
    gone = [skipped.arn for skipped in found.skipped if skipped.arn in choice.named_arns and not skipped.is_here]
    if gone or ((choice.named_arns or choice.names) and not found.resource_imports):
        raise click.exceptions.Exit(1)


def _planned(stack: Stack, choice: Choice, *, tag_sets: bool) -> Plan:
    from pulumi_ivschat.stacks import account, importing, other_stacks  # noqa: PLC0415  for this command only

    with progress("Reading the stack's settings"):
        settings = stack.settings()
        control_plane = account.control_plane_of(settings)
    chosen = _chosen(choice, control_plane, resolved_region(settings))
    if not chosen:
        where = ", ".join(choice.regions) or resolved_region(settings)
        what = "rooms or logging configurations" if choice.everything else "matching resources"
        msg = f"no {what} found in {where}; --region looks elsewhere"
        raise Failed(msg)
    # A resource without an owner tag is most often one that no stack has, and reading all stacks takes time.
    marked = [each.arn for each in chosen if each.owner or each.arn in choice.named_arns]
    own = choice.inventory.stack if choice.inventory else ""
    with progress("Reading stacks"):
        elsewhere = other_stacks.recorded_elsewhere(stack, marked, besides=own)
        importer = importing.Importer(stack, settings, control_plane, stack.deployment(), elsewhere)
    plan = importer.plan(
        chosen, names=choice.resource_names, explicit=choice.arns, tag_sets=tag_sets, read=_with_progress
    )
    if choice.inventory:
        moving_in.validate(choice.inventory, plan)
        moving_in.show_what_is_omitted(choice.inventory, chosen, importer.arns_here)
    return plan


def _chosen(choice: Choice, control_plane: ControlPlane, own_region: str | None) -> list[Found]:
    with progress("Looking up resources"):
        found = _looked_up(choice, control_plane, own_region)
    # Another state may have the logging configurations that an inventory's rooms use, so these are not imported unasked.
    moving = moving_in.found(choice.inventory, control_plane) if choice.inventory else []
    return list({each.arn: each for each in (*moving, *found)}.values())


def _looked_up(choice: Choice, control_plane: ControlPlane, own_region: str | None) -> list[Found]:
    """Return what ARNs, names and tags select, and the logging configurations of those rooms."""
    from pulumi_ivschat.stacks import account  # noqa: PLC0415  the same

    found = [account.with_arn(control_plane, arn) for arn in choice.arns]
    if choice.names or choice.tags or choice.everything:
        regions = choice.regions or ([own_region] if own_region else [])
        if not regions:
            msg = "no region is set. Use --region, or run `pulumi config set ivschat:region REGION`."
            raise Failed(msg)
        found += [each for region in regions for each in _of_region(choice, control_plane, region)]
    return account.with_their_logging(control_plane, found)


def _of_region(choice: Choice, control_plane: ControlPlane, region: str) -> list[Found]:
    from pulumi_ivschat.stacks import account  # noqa: PLC0415  the same

    if choice.names:
        found = [room for name in choice.names for room in account.named(control_plane, region, name)]
    else:
        found = list(account.listed(control_plane, region))
    return [each for each in found if choice.tags.items() <= dict(each.tags).items()]


def _with_progress(found: Iterable[Found]) -> Iterator[Found]:
    return counted("Reading resources", found)


def _show(found: Plan) -> None:
    for skipped in found.skipped:
        click.echo(f"Skipped: {plain(skipped.arn)} {plain(skipped.reason)}.", err=True)
    for each in found.resource_imports:
        click.echo(f"{each.type:<20} {plain(each.resource_name):<30} {each.arn}", err=True)
        if reason := _of_another(each):
            click.echo(f"  {plain(_OF_ANOTHER.format(reason=reason))}", err=True)
        for change in each.changes:
            click.echo(f"  The next `up` {plain(change)}.", err=True)
    if not found.resource_imports:
        click.echo("There is nothing to import.", err=True)


def _of_another(resource_import: ResourceImport) -> str:
    """Return why a resource may be another stack's, or "" if nothing points to another stack."""
    if resource_import.recorded_in:
        return f"The stack {resource_import.recorded_in} records it"
    return f"Its owner tag names the stack {resource_import.owner}" if resource_import.owner else ""


def _counted(found: Plan) -> str:
    counts = collections.Counter(each.type for each in found.resource_imports)
    return ", ".join(f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in counts.items())


@attrs.frozen
class _Code:
    """The code that an import writes: its language, and its file, None for stdout."""

    language: Language
    target: Path | None

    @classmethod
    def of(cls, stack: Stack, out: str | None, language: str | None) -> _Code:
        """Return where the code goes: never into a file that exists."""
        from pulumi_ivschat.stacks import source_code  # noqa: PLC0415  for this command only

        if not language and (advice := source_code.advice(stack.runtime)):
            click.echo(advice, err=True)
        written = source_code.LANGUAGES[language or source_code.language_of(stack.runtime)]
        if out == "-":
            return cls(written, None)
        target = Path(out) if out else stack.program / f"{_MODULE}.{written.suffix}"
        if target.exists():
            msg = f"{target} exists already; name another file by --out"
            raise Failed(msg)
        return cls(written, target)

    def write(self, resource_imports: Sequence[ResourceImport]) -> None:
        """Write it."""
        text = self.language.write(resource_imports)
        if self.target:
            self.target.write_text(text, encoding="utf-8")
        else:
            click.echo(text, nl=False)

    def show_next(self) -> None:
        """Print what is to be done with it."""
        use = self.language.use.format(self.target.stem) if self.target else "the code"
        if self.target:
            click.echo(f"The code is in {self.target}.", err=True)
        click.echo(_NEXT.format(code=use), err=True)


def _carry_out(found: Plan, stack: Stack, code: _Code) -> None:
    # The code comes first: what is in the state and not in the program would be for the next `up` to delete.
    code.write(found.resource_imports)
    try:
        with progress(f"Importing {_counted(found)}"):
            stack.import_resources(_import_file(found, stack, native=code.language.is_native))
    except (IvsChatError, KeyboardInterrupt):
        _keep_imported(found, stack, code)
        raise
    click.echo(f"Imported {_counted(found)}.", err=True)
    code.show_next()


def _import_file(found: Plan, stack: Stack, *, native: bool) -> dict[str, Any]:
    from pulumi_ivschat.stacks import state  # noqa: PLC0415  for this command only

    is_secret = stack.default_tags_are_secret()
    if native:
        hidden = stack.settings().default_tags if is_secret else ()
        return {"resources": [each.native_entry(hidden) for each in found.resource_imports]}
    file = {"resources": [each.entry() for each in found.resource_imports]}
    return state.hiding_tags(file, default_tags_are_secret=is_secret)


def _keep_imported(found: Plan, stack: Stack, code: _Code) -> None:
    """Leave the code of what an import that was cut short has imported: an `up` of the rest's would create that."""
    from pulumi_ivschat.stacks import state  # noqa: PLC0415  for this command only

    with progress("Reading the stack"):
        here = {(resource.type, resource.arn) for resource in state.managed(stack.deployment())}
    kept = [each for each in found.resource_imports if (each.type, each.arn) in here]
    if code.target and not kept:
        code.target.unlink()
    elif code.target:
        code.write(kept)
    if kept:
        shown = f"{len(kept)} of {len(found.resource_imports)} resources came in"
        rest = (
            f", and their code is in {code.target}. The same command with another --out imports the rest"
            if code.target
            else ""
        )
        click.echo(f"{shown}{rest}.", err=True)
        code.show_next()
