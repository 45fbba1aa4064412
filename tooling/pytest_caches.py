"""pytest plugin: what takes time in every test and proves nothing is left out.

After a test, Odoo's caches lose what may be wrong, and keep the rest.

Odoo's test case empties all caches of the registry after each test and each class, and
the next one compiles templates, combines rules and looks names up again: a fifth of the
time of our tests. A value in a cache is wrong only after a change of what it was made
from, and who makes such a change empties that cache, in a test as in a server. So a
cache that nobody emptied in a test, or in a class, is still right when the test's
changes are taken back; ids of records that are gone are never given to others.

Nor does hypothesis read through the source of Odoo for numbers and words to try: it
does so for all code outside ``site-packages``, which takes ten seconds of each process.
"""

import contextlib
from unittest import mock

import pytest


class Caches:
    """Which caches were emptied in this test, and in this class."""

    def __init__(self, registry_class):
        self.emptied = registry_class.clear_cache
        self.emptied_all = registry_class.clear_all_caches
        self.in_test, self.in_class = set(), set()
        self.registry_class, self.ending = registry_class, False

    def note(self, names):
        """Remember that these were emptied."""
        self.in_test.update(names)
        self.in_class.update(names)

    def clear_cache(self, registry, *names):
        """In place of the registry's own."""
        self.note(names or ("default",))
        self.emptied(registry, *names)

    def clear_all_caches(self, registry):
        """In place of the registry's own; when a class ends, those of the class."""
        if not self.ending:
            self.note(self.all_names)
            self.emptied_all(registry)
        elif self.in_class:
            self.emptied(registry, *self.in_class)
            self.in_class.clear()

    @property
    def all_names(self):
        """The names by which caches are emptied."""
        from odoo.orm import registry

        return tuple(registry._CACHES_BY_KEY)

    # What TransactionCase mutes the log with, when it empties caches: as a decorator
    # of what ends a test, and as a context in which a class ends.

    def __call__(self, clear):
        self.in_test.clear()
        return lambda: self._end_test(clear.__self__)

    def _end_test(self, registry):
        if self.in_test:
            self.emptied(registry, *self.in_test)

    def __enter__(self):
        self.ending = True

    def __exit__(self, *error):
        self.ending = False


@pytest.fixture(scope="session", autouse=True)
def kept_caches():
    """Let test cases empty no more caches than they must."""
    from odoo.orm.registry import Registry
    from odoo.tests import TransactionCase

    caches = Caches(Registry)
    with contextlib.ExitStack() as patches:
        for owner, name, value in (
            (Registry, "clear_cache", lambda *args: caches.clear_cache(*args)),
            (Registry, "clear_all_caches", lambda own: caches.clear_all_caches(own)),
            (TransactionCase, "muted_registry_logger", caches),
        ):
            patches.enter_context(mock.patch.object(owner, name, value))
        yield caches


@pytest.fixture(scope="session", autouse=True)
def own_constants():
    """Let hypothesis take its examples from our code, not from that of Odoo."""
    from hypothesis.internal import constants_ast

    is_local = constants_ast.is_local_module_file
    with mock.patch.object(
        constants_ast,
        "is_local_module_file",
        lambda path: "/dist-packages/" not in path and is_local(path),
    ):
        yield
