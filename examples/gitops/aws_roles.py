"""
The two IAM roles that the pipelines take, as JSON documents in a directory: who may take each, and what it may do.

    python aws_roles.py roles --account 111122223333 --region us-west-2 --bucket acme-pulumi-state --github acme/chat

`reader` is for previews and drift; `deployer` changes rooms, and only main may take it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pulumi_ivschat import iam

STACKS = ("staging", "prod")
GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"


def main(arguments: list[str] | None = None) -> None:
    """Write `ROLE-trust.json` and `ROLE-policy.json` for both roles."""
    options = _options().parse_args(arguments)
    options.directory.mkdir(parents=True, exist_ok=True)
    if options.github:
        trusts = trust_of_github(options.account, options.github)
    else:
        trusts = trust_of_gitlab(options.account, options.gitlab)
    looking_up = iam.lookup_policy(account=options.account, region=options.region)
    deploying = iam.deployer_policy(account=options.account, region=options.region)
    policies = {
        "reader": merged(looking_up, state_policy(options.bucket, "s3:GetObject")),
        "deployer": merged(
            deploying, looking_up, state_policy(options.bucket, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        ),
    }
    for role, policy in policies.items():
        _write(options.directory / f"{role}-trust.json", trusts[role])
        _write(options.directory / f"{role}-policy.json", policy)


def trust_of_github(account: str, repository: str) -> dict[str, Any]:
    """Trust pull requests and main to read, and jobs of the environments `staging` and `prod` to deploy."""
    own = f"repo:{repository}"
    reading = [f"{own}:pull_request", f"{own}:ref:refs/heads/main"]
    return {
        "reader": _trust(account, GITHUB, "sts.amazonaws.com", "StringEquals", reading),
        "deployer": _trust(
            account, GITHUB, "sts.amazonaws.com", "StringEquals", [f"{own}:environment:{name}" for name in STACKS]
        ),
    }


def trust_of_gitlab(account: str, project: str) -> dict[str, Any]:
    """Trust every branch to read, and main to deploy."""
    branch = f"project_path:{project}:ref_type:branch:ref"
    audience = f"https://{GITLAB}"
    return {
        "reader": _trust(account, GITLAB, audience, "StringLike", [f"{branch}:*"]),
        "deployer": _trust(account, GITLAB, audience, "StringEquals", [f"{branch}:main"]),
    }


def state_policy(bucket: str, *objects: str) -> str:
    """Return what the state in an S3 bucket needs; previews and drift lock and write nothing."""
    arn = f"arn:aws:s3:::{bucket}"
    statements = [
        {"Sid": "ListState", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [arn]},
        {"Sid": "State", "Effect": "Allow", "Action": [*objects], "Resource": [f"{arn}/*"]},
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def merged(*policies: str) -> dict[str, Any]:
    """Return one policy with the statements of all."""
    statements = [statement for policy in policies for statement in json.loads(policy)["Statement"]]
    return {"Version": "2012-10-17", "Statement": statements}


def _trust(account: str, issuer: str, audience: str, how: str, subjects: list[str]) -> dict[str, Any]:
    conditions: dict[str, dict[str, Any]] = {"StringEquals": {f"{issuer}:aud": audience}}
    conditions.setdefault(how, {})[f"{issuer}:sub"] = subjects
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Write the trust and permission policies of the pipelines' roles.")
    parser.add_argument("directory", type=Path, help="where the documents go")
    parser.add_argument("--account", required=True, help="the AWS account, 12 digits")
    parser.add_argument("--region", default="*", help="the region of the rooms  [default: all]")
    parser.add_argument("--bucket", required=True, help="the S3 bucket that holds the state")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--github", metavar="OWNER/REPO", help="the repository on GitHub")
    where.add_argument("--gitlab", metavar="GROUP/PROJECT", help="the project on gitlab.com")
    return parser


if __name__ == "__main__":
    main()
