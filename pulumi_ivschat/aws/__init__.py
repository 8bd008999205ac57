"""
The calls to AWS: clients and credentials, the pace of calls, retries, lost answers, lists, and reading ahead.

`lifecycle`, `operations`, `plugin`, `program`, `stacks` and `cli` call it, and `runtime`, at the package's root, is its public door
for applications. It imports the words at the package's root, and `local.discovery` and `local.data_directory` to find the local
service; it never imports Pulumi.
"""
