"""
The code that Pulumi's dynamic host runs: the provider of each resource type.

Every state holds the name `dynamic.provider_for`, by which Pulumi's host loads it. To write that name, `program` and `stacks` call
it. It imports `operations`, the words at the package's root, and Pulumi.
"""
