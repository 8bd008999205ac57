"""`pulumi-ivschat` and `python -m pulumi_ivschat`."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; without the extra that it needs, show which one that is."""
    try:
        from pulumi_ivschat.cli import cli  # noqa: PLC0415 - click comes with an extra
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit(
            f"pulumi-ivschat needs {error.name}: pip install 'pulumi-ivschat[local]', or [cli] without the local service"
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show what people write
    cli(prog_name="pulumi-ivschat")


if __name__ == "__main__":
    main()
