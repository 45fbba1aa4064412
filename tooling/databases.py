"""Databases, cloned from templates that are made once.

The *base* template holds everything that is not ours: Odoo's and OCA's modules, a
Chinese company with its chart of accounts, two languages. The *addons* template is
a clone of it with our addons installed. Each is named after a hash of what it was
made from, so a change makes a new one and the old one is dropped.
"""

import os
import shutil
from pathlib import Path

from . import layout, manifests, odoo_dist, odoo_run, postgres, python_env
from .steps import CommandFailed, Failure, digest, locked, task

SCRIPTS = Path(__file__).parent / "scripts"
LANGUAGES = "en_US,zh_CN"
ADVICE = "the log tells why"
INSTALL = ("--stop-after-init", "--no-http", "--load", odoo_run.WITHOUT_QUEUE)


def exists(name):
    """Whether there is such a database."""
    return bool(postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(name):
    """Where Odoo keeps a database's files."""
    return layout.DATA / "filestore" / name


def drop(name):
    """Drop a database, whoever is connected, and its files."""
    if exists(name):
        postgres.sql(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE false')
        try:
            postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except CommandFailed:
            # the server's own clean-up is at work there: only this way it gives in
            postgres.sql(f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(filestore(name), ignore_errors=True)


def clone(template, name):
    """Make `name` a copy of `template`, in place of what it was."""
    drop(name)
    postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    if filestore(template).exists():
        # Odoo never changes a stored file, so both databases may share it.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)
    return name


def rename(name, final):
    """Give a finished database its name, in place of what had it."""
    drop(final)
    postgres.sql(f'ALTER DATABASE "{name}" RENAME TO "{final}"')
    if filestore(name).exists():
        filestore(name).rename(filestore(final))


def base_key():
    """What the base template depends on."""
    return digest(
        *manifests.dependencies(),
        python_env.REQUIREMENTS.read_text(encoding="utf-8"),
        odoo_dist.version(),
        (SCRIPTS / "prepare_base.py").read_text(encoding="utf-8"),
    )


def base_template():
    """The name of the base template, made now if need be."""
    name = f"pm_base_{base_key()}"
    _provide(name, "pm_base_", "Database with Odoo's and OCA's modules", _fill_base)
    return name


def addons_template():
    """The name of the template with our addons, made now if need be."""
    base = base_template()
    bundles = (SCRIPTS / "make_bundles.py").read_text(encoding="utf-8")
    key = digest(base, manifests.content_key(), bundles, *manifests.manifests())
    name = f"pm_addons_{key}"

    def fill(log, building):
        clone(base, building)
        install(log, building, manifests.manifests())
        odoo_run.shell(log, building, SCRIPTS / "make_bundles.py")

    _provide(name, "pm_addons_", "Database with this project's addons", fill)
    return name


def derived(prefix, title, template, script, **files):
    """The name of a template that a script makes of another, made now if need be.

    :param files: files that the script reads, by the variable that names each to it
    """
    contents = [path.read_bytes() for path in (script, *files.values())]
    name = f"{prefix}{digest(template, *contents)}"

    def fill(log, building):
        clone(template, building)
        odoo_run.shell(
            log, building, script, **{key: str(path) for key, path in files.items()}
        )

    _provide(name, prefix, title, fill)
    return name


def _provide(name, prefix, title, fill):
    """Make a template under another name first: an interrupted one is never used."""
    if exists(name):
        return
    with locked("templates"):
        if exists(name):
            return
        building = f"{prefix}building"
        drop(building)
        with task(f"{prefix}template", title, ADVICE) as log:
            fill(log, building)
            postgres.sql("ANALYZE", building)
        _drop_stale(prefix, building)
        rename(building, name)
        # Neither Odoo's crons nor its job runner may find and hold it open.
        closed = "IS_TEMPLATE true ALLOW_CONNECTIONS false"
        postgres.sql(f'ALTER DATABASE "{name}" WITH {closed}')


def _drop_stale(prefix, but):
    names = postgres.sql(
        f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')"
    )
    for (name,) in names:
        if name != but:
            drop(name)


def create_empty(name):
    """Make `name` an empty database as Odoo wants it, in place of what it was.

    Searches sort by bytes, and find names with accents by an index.
    """
    drop(name)
    order = "ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    postgres.sql(f'CREATE DATABASE "{name}" {order}')
    postgres.add_extensions(name)


def _fill_base(log, building):
    create_empty(building)
    log.call(
        *odoo_run.command("-d", building, "-i", "base", *INSTALL),
        f"--load-language={LANGUAGES}",
        env=odoo_run.environment(),
    )
    wanted = manifests.dependencies()
    script = SCRIPTS / "prepare_base.py"
    odoo_run.shell(log, building, script, PM_MODULES=",".join(wanted))
    _check_installed(building, wanted)


def install(log, database, modules):
    """Install modules, and make sure that they are."""
    if modules:
        log.call(
            *odoo_run.command("-d", database, "-i", ",".join(modules), *INSTALL),
            env=odoo_run.environment(),
        )
        _check_installed(database, modules)


def _check_installed(database, modules):
    rows = postgres.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", database
    )
    if missing := sorted(set(modules) - {name for (name,) in rows}):
        raise CommandFailed(f"not installed: {', '.join(missing)}")


def create(name, demo=False):
    """(Re)create a database with our addons, and their demo data if asked for."""
    check_name(name)
    template = addons_template()
    title = f"Database {name}"
    with task(f"db-{name}", title, ADVICE) as log:
        clone(template, name)
        if demo:
            script = SCRIPTS / "load_demo.py"
            odoo_run.shell(
                log, name, script, PM_MODULES=",".join(manifests.manifests())
            )


def check_name(name):
    """Refuse what is no plain database name, or one of ours."""
    if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
        raise Failure(f"{name!r} is no database name: use letters, digits, _ and -")
    if name.startswith(("pm_base_", "pm_addons_", "pm_estate_")):
        raise Failure(f"{name} is a name kept for templates: use another")
