"""Documents of other tools, in the forms that they write: accounts are made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ACCOUNT = "111122223333"
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
AWS_OF_OPENTOFU = 'provider["registry.opentofu.org/hashicorp/aws"]'
ROOM = "aws_ivschat_room"
LOGGING = "aws_ivschat_logging_configuration"
Document = dict[str, Any]


def room(resource_id: str, region: str = "us-west-2") -> str:
    """Return the ARN of a room."""
    return f"arn:aws:ivschat:{region}:{ACCOUNT}:room/{resource_id}"


def logging(resource_id: str) -> str:
    """Return the ARN of a logging configuration."""
    return f"arn:aws:ivschat:us-west-2:{ACCOUNT}:logging-configuration/{resource_id}"


def tf_instance(arn: str, key: str | int | None = None, **members: Any) -> Document:
    """Return an instance of a resource in a Terraform state."""
    index = {} if key is None else {"index_key": key}
    attributes: Document = {
        "arn": arn,
        "id": arn,
        "name": "in-the-cloud",
        "tags": None,
        "tags_all": {},
        "timeouts": None,
    }
    state = {"schema_version": 0, "attributes": attributes, "sensitive_attributes": [], "private": "bnVsbA=="}
    return {**index, **state, **members}


def tf_resource(kind: str, name: str, *instances: Document, module: str = "", **members: Any) -> Document:
    """Return a resource in a Terraform state."""
    inside = {"module": module} if module else {}
    described = {"mode": "managed", "type": kind, "name": name, "provider": AWS}
    return {**inside, **described, "instances": [*instances], **members}


def tf_state(*resources: Document) -> Document:
    """Return a Terraform state."""
    head = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "2f5f7161-4254-159e-2ca8-7468c45314b9"}
    return {**head, "outputs": {}, "resources": [*resources], "check_results": None}


def urn(name: str, kind: str, parents: str = "", stack: str = "prod", project: str = "web") -> str:
    """Return a URN of the stack web/prod."""
    return f"urn:pulumi:{stack}::{project}::{parents}{kind}::{name}"


PROVIDER = urn("default_7_0_0", "pulumi:providers:aws")
PULUMI_ROOM = "aws:ivschat/room:Room"
PULUMI_LOGGING = "aws:ivschat/loggingConfiguration:LoggingConfiguration"
NATIVE_ROOM = "aws-native:ivschat:Room"


def pulumi_resource(kind: str, name: str, arn: str, parents: str = "", **members: Any) -> Document:
    """Return a resource of an AWS provider in a Pulumi state."""
    place = {"urn": urn(name, kind, parents), "custom": True, "id": arn, "type": kind}
    rest = {
        "parent": urn("web-prod", "pulumi:pulumi:Stack"),
        "provider": f"{PROVIDER}::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    }
    return {**place, "inputs": {"name": name}, "outputs": {"arn": arn, "id": arn, "name": name}, **rest, **members}


def pulumi_export(*resources: Document, pending: Sequence[Document] = ()) -> Document:
    """Return what `pulumi stack export` prints of the stack web/prod."""
    root = {"urn": urn("web-prod", "pulumi:pulumi:Stack"), "custom": False, "type": "pulumi:pulumi:Stack"}
    provider = {"urn": PROVIDER, "custom": True, "type": "pulumi:providers:aws", "inputs": {"region": "us-west-2"}}
    provider = {**provider, "id": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "outputs": {"region": "us-west-2"}}
    manifest = {"time": "2026-01-31T08:00:00Z", "magic": "", "version": ""}
    operations = {"pending_operations": [{"resource": each, "type": "updating"} for each in pending]}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": [root, provider, *resources], **operations}}


def cfn_resource(kind: str, logical_id: str, physical_id: str | None, status: str = "CREATE_COMPLETE") -> Document:
    """Return a resource as `aws cloudformation list-stack-resources` prints it."""
    ids = {"LogicalResourceId": logical_id, "PhysicalResourceId": physical_id, "ResourceType": kind}
    times = {"LastUpdatedTimestamp": "2026-01-31T08:00:00.123000+00:00", "ResourceStatus": status}
    drift = {"DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"}}
    return {name: value for name, value in {**ids, **times, **drift}.items() if value is not None}


def cfn_list(*resources: Document, **members: Any) -> Document:
    """Return what `aws cloudformation list-stack-resources` prints."""
    return {"StackResourceSummaries": [*resources], **members}


def cfn_description(*resources: Mapping[str, Any]) -> Document:
    """Return what `aws cloudformation describe-stack-resources` prints of the stack chat."""
    stack = {"StackName": "chat", "StackId": f"arn:aws:cloudformation:us-west-2:{ACCOUNT}:stack/chat/e0a1"}
    renamed = {"LastUpdatedTimestamp": "Timestamp"}
    described = [{renamed.get(name, name): value for name, value in each.items()} for each in resources]
    return {"StackResources": [{**stack, **each} for each in described]}
