"""
The local IVS Chat service: AWS's control plane, messaging and a console on 127.0.0.1, for laptops and CI.

`cli` runs it as `pulumi-ivschat local`; `aws` starts it for the endpoint `local`, and `testing` for a test: these three call it. It
imports the words at the package's root, and nothing else of the package. So it is independent of the code that is tested on it.
"""
