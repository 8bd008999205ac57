"""The folder that a user's processes share: private, or not used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ivschat.aws.shared_folder import is_locked, locked, shared_folder, take_part


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the folder will be."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def test_the_folder_is_made_once_and_only_its_user_may_look_into_it(temporary: Path) -> None:
    folder = shared_folder()

    assert folder is not None
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o777 == 0o700
    assert shared_folder() == folder


def test_a_folder_that_others_may_write_to_or_a_link_is_not_used(temporary: Path, tmp_path: Path) -> None:
    folder = shared_folder()
    assert folder is not None
    folder.chmod(0o770)
    assert shared_folder() is None

    folder.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(temporary / "elsewhere")
    assert shared_folder() is None


def test_where_no_folder_can_be_made_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))

    assert shared_folder() is None


def test_a_process_that_is_killed_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = """
import sys, time
from pulumi_ivschat.aws.shared_folder import locked
with open(sys.argv[1], "ab") as file, locked(file):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with path.open("ab") as file:
            assert is_locked(file)
            other.kill()
            with locked(file):
                pass


def test_several_take_part_and_the_file_is_held_until_the_last_has_closed_it(tmp_path: Path) -> None:
    path = tmp_path / "members"
    with path.open("ab") as looking:
        with path.open("ab") as one, path.open("ab") as two:
            take_part(one)
            take_part(two)
            one.close()
            assert is_locked(looking)
        assert not is_locked(looking)
