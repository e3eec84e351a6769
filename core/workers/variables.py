"""Environment variables that the parent sets for its fork server and children."""

WARM_UP_VARIABLE = "EARSHOT_WARM_UP"
"""``module:function`` names, separated by commas."""

MAIN_VARIABLE = "EARSHOT_MAIN"
"""The parent's main script, if it runs one."""

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Folder in which numba keeps compiled kernels."""

DRAWING_VARIABLE = "MPLCONFIGDIR"
"""Folder in which matplotlib keeps its list of fonts. Its default is in the home folder, which a job may not read."""

ALLOCATION_VARIABLE = "MALLOC_MMAP_THRESHOLD_"
OWN_MAPPING_BYTES = 1024 * 1024
"""Size from which a block gets its own mapping, which is returned to the system when it is freed (mallopt(3)). By
default glibc raises this limit with every large block that is freed, up to 32 MB, and keeps the memory of an hour's
tables: 10 MB more at the end. Other C libraries ignore the variable."""
