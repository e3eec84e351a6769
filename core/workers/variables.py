"""Environment variables that the parent sets for its fork server and children."""

WARM_UP_VARIABLE = "EARSHOT_WARM_UP"
"""``module:function`` names, separated by commas."""

MAIN_VARIABLE = "EARSHOT_MAIN"
"""The parent's main script, if it runs one."""

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Folder in which numba keeps compiled kernels."""

DRAWING_VARIABLE = "MPLCONFIGDIR"
"""Folder in which matplotlib keeps its list of fonts. Its default is in the home folder, which a job may not read."""

ALLOCATION = {"MALLOC_MMAP_THRESHOLD_": str(1024**2), "MALLOC_TRIM_THRESHOLD_": str(8 * 1024**2)}
"""Settings of glibc's allocation (mallopt(3)); other C libraries ignore them.

Blocks of 1 MiB and more get mappings of their own, which are returned to the system when they are freed: by default
glibc raises this limit with every large block that is freed, up to 32 MiB, and keeps the memory of an hour's tables.
Free memory at the end of the heap is kept up to 8 MiB: with a fixed limit of mappings it would be 128 KiB, and the
blocks of each second of audio would be returned and asked for again (100,000 page faults in four minutes, a fifth of
the time). Measured: an hour takes 26 MiB more than four minutes; with 32 MiB at the end 35."""
