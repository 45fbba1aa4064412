"""Databases of released versions, brought up to date: nothing lost, nothing left.

The newest here, every day; ``./pm bench upgrade`` takes them all.
"""

import pytest
from upgrade import make, upgrading

from tooling import layout, postgres

*_OLDER, NEWEST = make.VERSIONS


@pytest.fixture(scope="module")
def fresh(make_database):
    """A new database of today."""
    return make_database("pm_test_fresh")


@pytest.fixture
def plain_configuration(tmp_path):
    """The configuration of somebody who was never told of ``pre_upgrade_scripts``."""
    lines = layout.ODOO_CONF.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("pre_upgrade_scripts")]
    assert len(kept) == len(lines) - 1
    path = tmp_path / "odoo.conf"
    path.write_text("\n".join(kept), encoding="utf-8")
    return path


def address(database, name):
    module, record = name.split(".")
    ((found,),) = postgres.sql(
        "SELECT path FROM ir_act_window WHERE id = (SELECT res_id FROM ir_model_data"
        f" WHERE module = '{module}' AND name = '{record}')",
        database,
    )
    return found


def test_the_newest(fresh, make_database, plain_configuration):
    database = make_database.named("pm_test_newest")
    lines = upgrading.differs(NEWEST, fresh, database, plain_configuration)
    assert not lines, "\n".join(lines)
    # installed by the update, beside an action of ours that had its address
    assert address(database, "stock.action_picking_tree_incoming") == "receipts"
    assert address(database, "pm_billing.pm_receipt_action") == "fee-receipts"


def test_every_version_is_kept():
    """Whoever raises a version adds the last commit of the one before."""
    kept = {name.split("-")[0] for name in make.VERSIONS}
    released = sorted(
        path.name for path in (layout.ADDONS / "pm_core/migrations").iterdir()
    )
    # the version of today is released with the next landing
    assert set(released[:-1]) <= kept
