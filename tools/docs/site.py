"""
The documentation site: `python -m tools.docs.site [DIRECTORY [BUILDER]]` stages its sources and runs Sphinx.

A warning of Sphinx is an error.

DIRECTORY is where the HTML is written, build/site by default. The builder `linkcheck` asks each address outside the site instead.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.docs import generated
from tools.docs.staging import ROOT, stage


def main(target: str = "build/site", builder: str = "html") -> int:
    """Build the site, print its address, and return Sphinx's exit code."""
    html = ROOT / target
    sources = html.with_name(f"{html.name}-sources")
    stage(sources, generated.pages())
    options = ["--fail-on-warning", "--nitpicky", "--quiet", "--jobs=auto", f"--conf-dir={ROOT / 'docs'}"]
    doctrees = f"--doctree-dir={html.with_name(f'{html.name}-doctrees')}"
    command = [sys.executable, "-m", "sphinx", f"--builder={builder}", *options, doctrees, str(sources), str(html)]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code == 0 and builder == "html":
        print(f"The site: {Path(html, 'index.html').as_uri()}")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
