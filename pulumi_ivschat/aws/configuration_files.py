"""AWS's shared configuration files, as errors name them: which ones are used, and what is wrong with them."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Final

_READER: Final = str(Path("botocore", "configprovider.py"))
_FILES: Final = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}


def names() -> str:
    """Return the names of both files."""
    return " or ".join(os.environ.get(variable) or default for variable, default in _FILES.items())


def remedy_for_profile(profile: str, source: str) -> str:
    """Return what to do about a *profile* that is in neither file; *source* is the setting or variable that names it."""
    if not profile.strip():
        return f"{source} is empty: unset it, or set it to a profile in {names()}."
    found = [f"Check {source}: the profile must be in {names()}."]
    if any(character.isspace() for character in profile):
        found.append(f'A name with a space needs quotes there: [profile "{profile}"].')
    return " ".join([*found, *map(_unusable, filter(os.environ.get, _FILES))]).strip()


def _unusable(variable: str) -> str:
    """Return why botocore ignores the file that a variable names, "" if it does not."""
    file = Path(os.environ[variable]).expanduser()
    if file.is_dir():
        return f"{variable} is a directory, and not a file."
    if not file.exists():
        return f"The file of {variable} does not exist."
    return "" if os.access(file, os.R_OK) else f"The file of {variable} is not readable for this user."


def is_misread(error: BaseException) -> bool:
    """Return whether botocore fails on a value in these files that is not of the form that it expects."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    is_of_configuration = any(frame.f_code.co_filename.endswith(_READER) for frame in frames)
    return isinstance(error, (AttributeError, TypeError)) and is_of_configuration
