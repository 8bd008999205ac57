"""
The local IVS Chat service: AWS's control plane, messaging and a console on 127.0.0.1, for laptops and CI.

`pulumi-ivschat local` runs it, and `aws.client` starts it for the endpoint `local`. It imports the words at the package's root
and nothing else of the package, so that it stays independent of the code that is tested on it.
"""
