"""The local IVS Chat service: AWS's control plane on 127.0.0.1, for laptops and CI."""
