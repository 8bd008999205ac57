"""
One operation of the engine, such as an `up`, and the life of resources within it: what is the same for all languages.

The two front ends call it: `host`, which Pulumi's dynamic host runs, and `plugin`, which is a provider of its own. It imports
`lifecycle`, `aws` and the words at the package's root, and never Pulumi.
"""
