"""
What another tool manages, read from its state: Terraform or OpenTofu, Pulumi's AWS providers, CloudFormation.

Each tool has a module. It reads the tool's document and returns an `Inventory`: the rooms and logging configurations in it, their
names there, and instructions to release them. For `pulumi-ivschat import --from`, `cli` calls it. It imports the words at the
package's root, and `stacks.engine` to read a Pulumi stack. Nothing here calls AWS or changes a state.
"""
