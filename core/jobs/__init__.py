"""Durable work: claims, leases, results and their delivery. Knows neither SQL nor Discord, only their ports."""
