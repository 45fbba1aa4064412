"""Odoo 19 itself: Debian's package, unpacked beside the project and completed.

Odoo 19 is not on PyPI, and Debian has it only in its development suite. The
package is plain Python for every release of Debian, so it is fetched from there
through a private apt configuration, on the mirror this machine already uses, and
unpacked without installing it. ``PM_ODOO`` names an Odoo 19 directory to use instead.
"""

import os
import shutil
import subprocess
from pathlib import Path

from . import layout
from .steps import CommandFailed, Failure, Step, write

SUITE = "sid"
PACKAGE = "odoo-19"

# What Odoo's package links to: JavaScript for the web client, fonts for reports.
COMPANIONS = (
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# The suite's own FontAwesome is too new for Odoo, and one file was left out.
ICONS = "font-awesome@4.7.0"
SEGMENTATION = "@mediapipe/selfie_segmentation@0.1.1675465747"


def directory():
    """The directory to put on Python's path so that ``import odoo`` works."""
    if given := os.environ.get("PM_ODOO"):
        return Path(given).absolute()
    return layout.ODOO / "usr/lib/python3/dist-packages"


def version():
    """The exact Odoo in use, for keys that depend on it."""
    release = directory() / "odoo" / "release.py"
    name = layout.ODOO / "version"
    if os.environ.get("PM_ODOO") or not name.exists():
        return f"{release} {release.stat().st_mtime_ns}"
    return name.read_text(encoding="utf-8")


def _present():
    return (directory() / "odoo" / "release.py").exists()


def _obtain(log):
    if os.environ.get("PM_ODOO"):
        if not _present():
            raise CommandFailed("PM_ODOO names no directory with odoo/release.py in it")
        return
    temporary = layout.HOME / "odoo.new"
    for folder in (temporary, layout.ODOO):
        shutil.rmtree(folder, ignore_errors=True)
    temporary.mkdir(parents=True)
    for archive in _download(log):
        log.call("dpkg-deb", "-x", archive, temporary)
        if archive.name.startswith(PACKAGE):
            write(temporary / "version", archive.name)
    _complete(log, temporary / "usr/lib/python3/dist-packages/odoo/addons")
    temporary.rename(layout.ODOO)


def _download(log):
    """Fetch the packages, and return their files."""
    apt = layout.CACHE / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    write(apt / "sources.list", _source_line() + "\n")
    write(
        apt / "apt.conf",
        f'Dir::State::lists "{apt}/lists";\n'
        f'Dir::Cache "{apt}";\n'
        f'Dir::Etc::sourcelist "{apt}/sources.list";\n'
        'Dir::Etc::sourceparts "-";\n'
        'Acquire::Languages "none";\n'
        'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";\n'
        'APT::Update::Post-Invoke-Success "";\n'
        'APT::Sandbox::User "root";\n',
    )
    environment = dict(os.environ, APT_CONFIG=str(apt / "apt.conf"))
    log.call("apt-get", "update", "-q", env=environment)
    names = (PACKAGE, *COMPANIONS)
    log.call("apt-get", "download", "-q", *names, cwd=apt, env=environment)
    return [max(apt.glob(f"{name}_*.deb"), key=_age) for name in names]


def _age(path):
    return path.stat().st_mtime


def _source_line():
    """A source line for `SUITE` on the mirror that serves this machine's Debian."""
    keys = [
        path
        for path in Path("/usr/share/keyrings").glob("debian-archive-keyring.*")
        if path.suffix in (".gpg", ".pgp")
    ]
    option = f"[signed-by={keys[0]}] " if keys else ""
    return f"deb {option}{_mirror()} {SUITE} main"


def _mirror():
    try:
        listed = subprocess.run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(RELEASE) $(COMPONENT) $(REPO_URI)",
            ]
            + ["Created-By: Packages"],
            capture_output=True,
            text=True,
        ).stdout
    except FileNotFoundError:
        listed = ""
    codename = _codename()
    for line in listed.splitlines():
        release, component, address = line.split(maxsplit=2)
        if component == "main" and release == codename:
            return address
    raise CommandFailed("this is no Debian with a mirror: set PM_ODOO to an Odoo 19")


def _codename():
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return dict(pairs).get("VERSION_CODENAME", "").strip('"')


def _complete(log, addons):
    """Put in place the files that the package lacks."""
    icons = _npm(log, ICONS) / "fonts"
    for folder in (
        addons / "web/static/lib/fontawesome/fonts",
        addons / "web/static/src/libs/fontawesome/fonts",
    ):
        for link in folder.iterdir():
            source = icons / link.name
            if link.is_symlink() and source.exists():
                link.unlink()
                shutil.copyfile(source, link)
    target = addons / "mail/static/lib/selfie_segmentation"
    target.mkdir(parents=True, exist_ok=True)
    source = _npm(log, SEGMENTATION) / "selfie_segmentation.js"
    shutil.copyfile(source, target / source.name)


def _npm(log, package):
    """Fetch and unpack an npm package without running anything of it."""
    folder = layout.CACHE / "npm" / package.replace("/", "-").replace("@", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(
        os.environ, npm_config_cache=str(layout.CACHE / "npm" / "_cache")
    )
    log.call("npm", "pack", "--silent", package, cwd=folder, env=environment)
    (archive,) = folder.glob("*.tgz")
    shutil.unpack_archive(archive, folder)
    return folder / "package"


def check():
    """Complain in one line when there is no Odoo to run."""
    if not _present():
        raise Failure("there is no Odoo here yet: run ./pm setup")


STEP = Step(
    name="odoo",
    title="Odoo 19",
    work=_obtain,
    advice="check the network, or set PM_ODOO to an existing Odoo 19 directory",
    inputs=lambda: [
        os.environ.get("PM_ODOO", ""),
        PACKAGE,
        *COMPANIONS,
        ICONS,
        SEGMENTATION,
    ],
    present=_present,
)
