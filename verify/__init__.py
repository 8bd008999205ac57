"""
One suite of questions to Amazon IVS Chat: answered by AWS, or by the local service.

`make verify` runs it. Each question is a function in `questions`: it makes real calls, frames or deployments, and returns what it
saw. The report compares that with what AWS documents, or with what the local service assumes. Nothing in the package
imports this folder; it uses boto3, `websockets` and the public parts of the package.
"""
