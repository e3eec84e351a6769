"""The functions that run in child processes: plain values or bytes in, bytes out."""
