"""Durable work: claims, leases, results and their delivery. It depends on ports, not on SQL or Discord."""
