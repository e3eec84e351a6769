"""How long properties are searched: the same examples in every `make test`, random and many more in `make fuzz`."""

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

TEST_PROFILE, FUZZ_PROFILE = "test", "fuzz"

FUZZ_FACTOR = 20
"""How many times the examples of `make test` a search tries."""

HEALTH_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
"""Not failed on: the first depends on the load of the machine, the others on which examples came."""


def register_profiles() -> None:
    """Register both; none has a deadline, which a busy machine would miss."""
    shared = settings(deadline=None, suppress_health_check=HEALTH_CHECKS)
    settings.register_profile(TEST_PROFILE, shared, derandomize=True, database=None)
    settings.register_profile(
        FUZZ_PROFILE, shared, derandomize=False, print_blob=True, max_examples=FUZZ_FACTOR * shared.max_examples
    )
    settings.load_profile(TEST_PROFILE)
    ignore_loaded_modules()


def examples(count: int) -> settings:
    """Settings of a property that tries `count` examples in `make test`."""
    return settings(max_examples=count * (FUZZ_FACTOR if settings.get_current_profile_name() == FUZZ_PROFILE else 1))


def ignore_loaded_modules() -> None:
    """Draw no constants from the source of the modules that happen to be loaded.

    Hypothesis mixes them into its examples, so that examples would depend on which tests ran before in the same
    process and on every number in the program, derandomised or not. It has no setting for this (6.170).
    """
    nothing = providers.Constants()
    providers._get_local_constants = lambda: nothing
