"""
The words that all parts share: AWS's model of IVS Chat and the code that walks it, ARNs, owner tags, and names in every language.

Every part of the package may call it. It imports nothing but `errors`, and calls no service.
"""
