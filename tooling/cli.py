"""The sub-commands of ``./pm``."""

import argparse
import os
import sys

from . import (
    backups,
    benches,
    databases,
    demo,
    layout,
    lint,
    odoo_dist,
    odoo_run,
    places,
    postgres,
    python_env,
    system,
    testing,
)
from .steps import Failure, ensure, say

STEPS = (system.STEP, odoo_dist.STEP, python_env.STEP, postgres.STEP)
STEPS_DEV = (*STEPS, python_env.STEP_DEV)


def main(arguments):
    """Run one command line, and return the exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command not in ("odoo", "test"):
        _parser().error(f"unknown arguments: {' '.join(rest)}")
    try:
        return options.run(options, rest) or 0
    except Failure as failure:
        print(f"pm: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("pm: stopped; the same command goes on from here", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="./pm", description="Set up, run, test and check the product."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, run, help):
        command = commands.add_parser(
            name, help=help, description=help, add_help=name not in ("odoo", "test")
        )
        command.set_defaults(run=run)
        return command

    demonstrate = add(
        "demo", _demo, "set up, run one month on a demo estate, and serve it"
    )
    demonstrate.add_argument(
        "--no-serve", action="store_true", help="stop after the summary"
    )
    demonstrate.add_argument("--port", type=int, default=8069, help="web client (8069)")
    demonstrate.add_argument(
        "--fresh", action="store_true", help="make the database anew"
    )
    db = add("db", _db, "(re)create a database with the addons installed")
    db.add_argument("name", metavar="NAME")
    db.add_argument("--demo", action="store_true", help="with demo data")
    add("odoo", _odoo, "Odoo's own command line, e.g. ./pm odoo shell -d NAME")
    add("test", _test, "run the tests; takes pytest's arguments")
    bench = add("bench", _bench, "run the benchmarks")
    bench.add_argument("name", nargs="?", metavar="NAME", help="only this one")
    check = add("lint", _lint, "check code, translations and files")
    check.add_argument("--only", action="append", metavar="CHECK", help="just this one")
    setup = add(
        "setup", _setup, "install what is missing (the others do it themselves)"
    )
    names = [step.name for step in STEPS_DEV]
    setup.add_argument("--only", choices=names, help="just this step")
    save = add("backup", _backup, "write a database and its files into one archive")
    save.add_argument("-d", dest="database", default="pm", help="which one (pm)")
    save.add_argument(
        "target", nargs="?", metavar="FILE", help="or the folder to put it into"
    )
    bring = add("restore", _restore, "make a database from an archive, and check it")
    bring.add_argument("file", metavar="FILE")
    bring.add_argument("name", metavar="NAME")
    for command in (save, bring):
        command.add_argument(
            "--compose", action="store_true", help="in the containers of docker/"
        )
    add("stop", _stop, "stop the database server")
    return parser


def prepare(steps=STEPS):
    """Everything installed, and the database server running."""
    ensure(*steps)
    postgres.start()
    odoo_run.write_config()


def _setup(options, _rest):
    if options.only:
        ensure(next(step for step in STEPS_DEV if step.name == options.only))
    else:
        prepare(STEPS_DEV)
        say(f"everything is installed in {layout.shown(layout.HOME)}")


def _stop(_options, _rest):
    postgres.stop()


def _db(options, _rest):
    databases.check_name(options.name)
    prepare()
    databases.create(options.name, demo=options.demo)
    say(f"database {options.name} is ready: ./pm odoo -d {options.name}")


def _odoo(_options, rest):
    prepare()
    environment = odoo_run.environment()
    if rest[:1] == ["shell"]:
        # A shell has no web server to run jobs in.
        environment["ODOO_QUEUE_JOB_CHANNELS"] = "root:0"
    command = odoo_run.command(*rest)
    os.execve(command[0], command, environment)


def _demo(options, _rest):
    if not options.no_serve:
        demo.refuse_taken(options.port)
    prepare()
    return demo.run(options)


def _test(_options, rest):
    prepare(STEPS_DEV)
    return testing.run(rest)


def _bench(options, _rest):
    prepare(STEPS_DEV)
    return benches.run(options.name)


def _backup(options, _rest):
    backups.backup(_place(options), options.database, options.target)


def _restore(options, _rest):
    backups.restore(_place(options), options.file, options.name)


def _place(options):
    """Where the database is; the containers need nothing installed here."""
    if options.compose:
        return places.Containers()
    prepare()
    return places.Here()


def _lint(options, _rest):
    ensure(*[step for step in STEPS_DEV if step is not postgres.STEP])
    return lint.run(options.only)
