"""The commands of a pipeline, taken out of its YAML and run one after the other as its runner does."""

from __future__ import annotations

import re
import string
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs
import yaml
from typing_extensions import override

PULL_REQUEST = "12"
BOTH = ("staging", "prod")


class JobError(Exception):
    """Raised when a job fails; it holds the job's output and exit code."""

    def __init__(self, output: str, code: int) -> None:
        super().__init__(output)
        self.code = code


class Pipeline(Protocol):
    """What a repository's pipelines do; each gives its output, or raises JobError."""

    def preview(self) -> str:
        """Run what a pull or merge request runs."""
        ...

    def deploy(self) -> str:
        """Run what a push to main runs."""
        ...

    def recover(self, stack: str) -> str:
        """Run what somebody starts by hand."""
        ...

    def drift(self) -> str:
        """Run what the schedule runs."""
        ...


@attrs.frozen
class GitHub(Pipeline):
    """GitHub Actions: each step is a bash of its own; `uses:` is what the machine already has."""

    checkout: Path
    environment: Mapping[str, str]

    @override
    def preview(self) -> str:
        return self._run("preview")

    @override
    def deploy(self) -> str:
        return "".join(self._run("deploy", stack) for stack in BOTH)

    @override
    def recover(self, stack: str) -> str:
        return self._run("recover", stack)

    @override
    def drift(self) -> str:
        return self._run("drift")

    def _run(self, workflow: str, stack: str = "") -> str:
        document = yaml.safe_load((self.checkout / f".github/workflows/{workflow}.yml").read_text())
        [job] = document["jobs"].values()
        known = {
            "vars.PULUMI_BACKEND_URL": self.environment["PULUMI_BACKEND_URL"],
            "secrets.PULUMI_CONFIG_PASSPHRASE": "a secret of the repository",
            "github.token": "token",
            "github.repository": "acme/chat",
            "github.event.number": PULL_REQUEST,
            "matrix.stack": stack,
            "inputs.stack": stack,
        }
        steps = (step for step in job["steps"] if "run" in step)
        return "".join([self._step(step, {**job["env"], **step.get("env", {})}, known) for step in steps])

    def _step(self, step: Mapping[str, Any], env: Mapping[str, str], known: dict[str, str]) -> str:
        outputs, summary = self.checkout / ".outputs", self.checkout / ".summary"
        outputs.write_text("")
        files = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
        own = {name: re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: known[found[1]], text) for name, text in env.items()}
        said = _bash(step["run"], self.checkout, {**self.environment, **files, **own})
        pairs = (line.partition("=") for line in outputs.read_text().splitlines())
        known.update({f"steps.{step.get('id')}.outputs.{name}": text for name, _, text in pairs})
        return said


@attrs.frozen
class GitLab(Pipeline):
    """GitLab CI: a job's `before_script` and `script` in one shell; artifacts lie where the next job looks."""

    checkout: Path
    environment: Mapping[str, str]

    @override
    def preview(self) -> str:
        return self.run("preview") + self.run("comment")

    @override
    def deploy(self) -> str:
        return self.run("staging") + self.run("prod")

    @override
    def recover(self, stack: str) -> str:
        return self.run("recover", STACK=stack)

    @override
    def drift(self) -> str:
        return self.run("drift") + self.run("issue")

    def run(self, name: str, **given: str) -> str:
        """Run one job."""
        jobs = yaml.safe_load((self.checkout / ".gitlab-ci.yml").read_text())
        job = _extended(jobs, name)
        known = {
            **self.environment,
            "CI_BUILDS_DIR": str(self.checkout.parent),
            "CI_JOB_ID": "1",
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": PULL_REQUEST,
            "AWS_ID_TOKEN": "token",
            "AWS_READER_ROLE": "arn:aws:iam::111122223333:role/chat-reader",
            "AWS_DEPLOYER_ROLE": "arn:aws:iam::111122223333:role/chat-deployer",
            "PULUMI_CONFIG_PASSPHRASE": "a secret of the project",
        }
        for variable, text in {**jobs["variables"], **job.get("variables", {}), **given}.items():
            known[variable] = string.Template(text).substitute(known)
        try:
            return _bash("\n".join([*job.get("before_script", []), *job["script"]]), self.checkout, known)
        except JobError as error:
            if error.code != job.get("allow_failure", {}).get("exit_codes"):
                raise
            return str(error)


def _extended(jobs: Mapping[str, Any], name: str) -> dict[str, Any]:
    job = jobs[name]
    base = _extended(jobs, job["extends"]) if "extends" in job else {}
    variables = {**base.get("variables", {}), **job.get("variables", {})}
    return {**base, **job, "variables": variables}


def _bash(script: str, cwd: Path, environment: Mapping[str, str]) -> str:
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        check=False,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    if ran.returncode:
        raise JobError(ran.stdout, ran.returncode)
    return ran.stdout
