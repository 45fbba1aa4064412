"""pytest plugin: no test passes or fails by chance, or by how busy the machine is.

``random`` begins each test with a seed of the test's name, the examples of hypothesis
are the same in every run, and none is refused for the time that it took.
"""

import random

import hypothesis
import pytest


def pytest_configure(config):
    hypothesis.settings.register_profile(
        "pm",
        derandomize=True,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("pm")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    random.seed(item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    # a class is made before its first test, whichever that is
    random.seed(item.nodeid)
