"""
The names that a Pulumi program imports from the package: resources, chat tokens, lookups and policy documents.

Pulumi's language host runs it in the program's process. It imports `lifecycle`, `runtime`, `operations`, `aws`, the words at the
package's root, of `host` the pickle (`dynamic`), and Pulumi.
"""
