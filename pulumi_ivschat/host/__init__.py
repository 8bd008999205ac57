"""
The code that Pulumi's dynamic host runs: the provider, and what lives while one operation of the engine.

The host loads it by the name `dynamic.provider_for`, which every state holds. It imports `lifecycle`, `operations`, the words at
the package's root, and Pulumi.
"""
