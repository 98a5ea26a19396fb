"""Write wheels that bring nothing of their own: they lend the packages of the environment this runs in.

    python lend_packages.py FOLDER NAME...

A job that installs one of these names gets its commands, and a path to everything that is installed here: links in place of
ten thousand files. A name that is not installed here becomes a package in which there is nothing.
"""

import sys
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

HERE = sysconfig.get_path("purelib")
LAUNCHER = "#!python\nimport os, sys\nos.execv({program!r}, [{program!r}, *sys.argv[1:]])\n"


def programs(distribution: metadata.Distribution) -> dict[str, Path]:
    """Return the commands of a package that are no functions of it."""
    functions = {point.name for point in distribution.entry_points}
    files = [Path(distribution.locate_file(file)).resolve() for file in distribution.files or []]
    return {file.name: file for file in files if file.parent.name == "bin" and file.name not in functions}


def lend(folder: Path, name: str) -> None:
    """Write the wheel of one package."""
    launched, version, points = {}, "1.0", ""
    for installed in (name, f"{name}-skinny"):
        try:
            distribution = metadata.distribution(installed)
        except metadata.PackageNotFoundError:
            continue
        launched, version = programs(distribution), distribution.version
        # All of them: some packages find their own plugins there.
        points = distribution.read_text("entry_points.txt") or ""
        break
    stem = f"{name.replace('-', '_')}-{version}"
    files = {
        f"lent_{name}.pth": f"{HERE}\n",
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: lend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{stem}.dist-info/entry_points.txt": points,
        **{f"{stem}.data/scripts/{each}": LAUNCHER.format(program=str(path)) for each, path in launched.items()},
    }
    files[f"{stem}.dist-info/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{stem}.dist-info/RECORD"])
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)


if __name__ == "__main__":
    for wanted in sys.argv[2:]:
        lend(Path(sys.argv[1]), wanted)
