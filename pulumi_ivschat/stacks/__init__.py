"""
Operations on whole stacks, from outside their programs: import, recovery, drift.

They work through the `pulumi` command and the control plane, and hold one rule: no room is changed, and nothing is adopted
or forgotten, without having been shown first.
"""
