"""The native plug-in from a checkout: Pulumi's host for Python runs the folder, since it has a PulumiPlugin.yaml."""

from pulumi_ivschat.plugin.__main__ import main

if __name__ == "__main__":
    main()
