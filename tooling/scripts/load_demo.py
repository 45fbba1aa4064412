"""Odoo shell script: the demo data of our addons, and of no other.

Odoo loads a module's demo data only where all its dependencies have theirs, which
would fill the accounts of a Chinese estate with American furniture.
"""

import os

from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph

wanted = [name for name in os.environ["PM_MODULES"].split(",") if name]
installed = env["ir.module.module"].search([("state", "=", "installed")])
graph = ModuleGraph(env.cr, mode="load")
graph.extend(installed.mapped("name"))
for package in graph:
    if package.name in wanted:
        if not load_demo(env, package, {}, "init"):
            raise SystemExit(f"the demo data of {package.name} does not load")
        env["ir.module.module"].browse(package.id).demo = True
env.cr.commit()
