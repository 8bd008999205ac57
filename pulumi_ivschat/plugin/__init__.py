"""
The native plug-in: a provider for programs in every Pulumi language.

The engine starts `pulumi-resource-ivschat` and calls it over gRPC. It imports `operations`, `lifecycle`, `aws` and the words at
the package's root, and of Pulumi only the protocol.
"""
