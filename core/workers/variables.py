"""Environment variables that the parent sets for its fork server and children."""

WARM_UP_VARIABLE = "EARSHOT_WARM_UP"
"""``module:function`` names, separated by commas."""

MAIN_VARIABLE = "EARSHOT_MAIN"
"""The parent's main script, if it runs one."""

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Where numba keeps compiled kernels."""

DRAWING_VARIABLE = "MPLCONFIGDIR"
"""Where matplotlib keeps its list of fonts. Its own choice is in the home folder, where a job may not read."""
