"""
Operations on whole stacks, from outside their programs: import, recovery, drift.

The command line, `cli`, calls it, shows every change and asks first. It imports `lifecycle`, `aws`, of `host` the pickle
(`dynamic`), and the words at the package's root. It runs the `pulumi` command.
"""
