"""The secret tags that the providers of one engine have seen."""

from __future__ import annotations

from pathlib import Path

from pulumi_ivschat.operations.engine_folder import EngineFolder
from pulumi_ivschat.operations.secret_tags import SecretTags

ADDRESS = "127.0.0.1:40001"
SEEN = {"tags": {"a": "hush", "b": "plain"}}
ANSWER = {"rooms": [{"name": "plain", "tags": {"x": "hush"}}]}


def joined(parent: Path, address: str = ADDRESS) -> EngineFolder:
    folder = EngineFolder.join(address, parent)
    assert folder is not None
    return folder


def test_an_answer_that_repeats_a_secret_tag_has_it_as_a_secret() -> None:
    seen = SecretTags()
    seen.see(SEEN, {("tags", "a")})

    assert seen.paths_in(ANSWER) == {("rooms", 0, "tags", "x")}


def test_what_one_provider_of_an_engine_has_seen_the_others_know(tmp_path: Path) -> None:
    first, other = joined(tmp_path), joined(tmp_path)
    one, two = SecretTags(first), SecretTags(other)
    one.see(SEEN, {("tags", "a")})

    assert two.paths_in(ANSWER) == {("rooms", 0, "tags", "x")}
    assert SecretTags(joined(tmp_path)).paths_in(ANSWER) == {("rooms", 0, "tags", "x")}
    assert SecretTags(joined(tmp_path, "127.0.0.1:40002")).paths_in(ANSWER) == set()


def test_no_file_has_a_secret_and_no_two_engines_have_the_same_hash_of_it(tmp_path: Path) -> None:
    folders = [joined(tmp_path), joined(tmp_path, "127.0.0.1:40002")]
    for folder in folders:
        SecretTags(folder).see(SEEN, {("tags", "a")})

    written = [(folder.path / "secrets").read_text() for folder in folders]

    assert all(len(each.strip()) == len('["12345678901234567890123456789012"]') for each in written)
    assert written[0] != written[1]
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"hush" in file.read_bytes()]


def test_a_provider_that_was_killed_while_it_wrote_hides_no_secret_of_others(tmp_path: Path) -> None:
    first, other = joined(tmp_path), joined(tmp_path)
    one, two = SecretTags(first), SecretTags(other)
    with (first.path / "secrets").open("ab") as file:
        file.write(b'\n["0123')
    one.see(SEEN, {("tags", "a")})

    assert two.paths_in(ANSWER) == {("rooms", 0, "tags", "x")}


def test_without_a_salt_nothing_is_shared(tmp_path: Path) -> None:
    folder = joined(tmp_path)
    (folder.path / "salt").unlink()
    alone = SecretTags(folder)
    alone.see(SEEN, {("tags", "a")})

    assert alone.paths_in(ANSWER) == {("rooms", 0, "tags", "x")}
    assert not (folder.path / "secrets").exists()
