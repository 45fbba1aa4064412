"""``./pm lint``: a line per check, and what those that fail have found."""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

from . import databases, house, layout, loaded, manifests, odoo_run, postgres, system
from .steps import Failure, Step, ensure, say, task

PYTHON_PATHS = ("pm", "tooling", "demo", "tests", "addons")
COMPOSE = layout.ROOT / "docker" / "compose.yaml"
DOCKERFILE = layout.ROOT / "docker" / "Dockerfile"

# Only this command needs it, so it is no part of the set-up that all share.
COMPOSE_STEP = Step(
    name="system-lint",
    title="System packages for checks",
    work=lambda log: system.install(log, [system.COMPOSE]),
    advice=system.STEP.advice,
    present=lambda: system.COMPOSE.present(),
)


def run(only=()):
    """Run the named checks, or all; return the exit code."""
    failed = [name for name in only or CHECKS if not _passes(name)]
    if failed:
        raise Failure(f"lint: {', '.join(failed)} failed")
    say("lint: clean")


def _passes(name):
    findings = CHECKS[name]()
    say(f"{name}: {'findings' if findings else 'clean'}")
    if findings:
        say(findings.rstrip())
    return not findings


def _tool(*command, **options):
    """What a program has to say, if it ends with an error."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=layout.ROOT,
        env={**odoo_run.path_environment(), **options},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return (done.stdout or f"ended with {done.returncode}") if done.returncode else ""


def _ruff():
    return _tool("ruff", "check", "--quiet", *_existing())


def _format():
    return _tool("ruff", "format", "--check", "--quiet", "--diff", *_existing())


def _existing():
    return [path for path in PYTHON_PATHS if (layout.ROOT / path).exists()]


def _pylint():
    folders = [f"addons/{name}" for name in manifests.manifests()]
    # readme/ holds Markdown fragments; a README.rst is made from them on publishing
    # and the stages of a model lie in files beside it, each extending it by _inherit;
    # tables of rules are small and are read as a whole
    disabled = (
        "--disable=missing-readme,consider-merging-classes-inherited,no-search-all"
    )
    options = ("--rcfile=pyproject.toml", disabled)
    return _tool("pylint", *options, *folders) if folders else ""


def _xml():
    findings = []
    for path in sorted(layout.ADDONS.rglob("*.xml")):
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            findings.append(f"{layout.shown(path)}: {error}")
    return "\n".join(findings)


def _translations():
    script = databases.SCRIPTS / "check_translations.py"
    return _tool(layout.PYTHON, script, layout.ADDONS, *manifests.manifests())


def _words():
    """What is English for a user who reads Chinese, whatever the files say."""
    ensure(postgres.STEP)
    postgres.start()
    odoo_run.write_config()
    template = databases.addons_template()
    found = layout.LOG / "words.txt"
    found.unlink(missing_ok=True)
    with task("words", "Texts in Chinese", databases.ADVICE) as log:
        databases.clone(template, "pm_words")
        try:
            script = databases.SCRIPTS / "check_words.py"
            odoo_run.shell(log, "pm_words", script, PM_WORDS=str(found))
        finally:
            databases.drop("pm_words")
    # without the file the script broke off, which is no clean result
    return found.read_text(encoding="utf-8")


def _loaded():
    return "\n".join(loaded.findings())


def _sizes():
    return "\n".join(house.long_files())


def _packed():
    return "\n".join(house.packed_lists())


def _addresses():
    return "\n".join([*house.taken_addresses(), *house.taken_routes()])


def _docker():
    ensure(COMPOSE_STEP)
    compose = shutil.which("docker-compose")
    # A value for what the file requires, so that the rest of it can be checked.
    return _tool("hadolint", "--no-color", DOCKERFILE) + _tool(
        compose, "-f", COMPOSE, "config", "--quiet", POSTGRES_PASSWORD_FILE="checked"
    )


CHECKS = {
    "ruff": _ruff,
    "format": _format,
    "pylint-odoo": _pylint,
    "xml": _xml,
    "loaded": _loaded,
    "sizes": _sizes,
    "packed": _packed,
    "addresses": _addresses,
    "translations": _translations,
    "words": _words,
    "docker": _docker,
}
