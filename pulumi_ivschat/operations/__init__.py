"""
One operation of the engine, such as an `up`, and the life of resources within it. It is the same for all languages.

The front ends `host` (in Pulumi's dynamic host) and `plugin` (a provider of its own) call it. For lookups and owners of tag keys,
`program` calls it too. It imports `lifecycle`, `aws` and the words at the package's root, and never Pulumi.
"""
