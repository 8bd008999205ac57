"""
The native plug-in from a checkout: Pulumi's host for Python runs the folder, since it has a PulumiPlugin.yaml.

A checkout on PYTHONPATH must not run it instead of a program that is missing.
"""

import sys
from pathlib import Path

from pulumi_ivschat.plugin.__main__ import main

if __name__ == "__main__":
    if Path(sys.argv[0]).resolve() not in {Path(__file__).resolve(), Path(__file__).resolve().parent}:
        sys.exit(f"{Path.cwd()} has no __main__.py.")
    main()
