"""
Operations on whole stacks, from outside their programs: import, recovery, drift.

The command line calls it; it shows every change before it makes it, and it changes no room without being asked. It imports
`lifecycle`, `aws`, of `host` the pickle (`dynamic`), and the words at the package's root, and it runs the `pulumi` command.
"""
