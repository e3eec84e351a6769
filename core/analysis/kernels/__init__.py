"""The inner loops over samples, one per module, each replaceable on its own.

A kernel is a plain Python function over numpy arrays that also runs uncompiled, so it can be tested without the
compiler. `core.analysis.kernels.jit.compiled` turns it into machine code at its first call.
"""
