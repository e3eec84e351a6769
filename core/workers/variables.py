"""Environment variables that the parent sets for its fork server and children."""

WARM_UP_VARIABLE = "EARSHOT_WARM_UP"
"""``module:function`` names, separated by commas."""

MAIN_VARIABLE = "EARSHOT_MAIN"
"""The parent's main script, if it runs one."""

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Where numba keeps compiled kernels."""

DRAWING_VARIABLE = "MPLCONFIGDIR"
"""Where matplotlib keeps its list of fonts. Its own choice is in the home folder, where a job may not read."""

ALLOCATION_VARIABLE = "MALLOC_MMAP_THRESHOLD_"
OWN_MAPPING_BYTES = 1024 * 1024
"""Blocks from this size on get memory of their own, which the system has back once they are freed (mallopt(3)).
Left alone, glibc raises its limit with every large block that is freed, up to 32 MB, and keeps what an hour's tables
took: 10 MB more at the end. Other C libraries pass the variable over."""
