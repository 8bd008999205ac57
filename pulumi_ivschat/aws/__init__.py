"""
The calls to AWS: clients and credentials, the pace of calls, retries, lost answers, lists, and reading ahead.

`lifecycle`, `runtime`, `host`, `program`, `stacks` and `cli` call it. It imports the words at the package's root, and
`local.discovery` to find the local service; it never imports Pulumi.
"""
