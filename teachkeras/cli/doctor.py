"""``teachkeras doctor``: what is installed, what is used and why, what is missing and how to get it."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterator

from teachkeras.cli import probes
from teachkeras.errors import TeachKerasError

Trouble = dict  # {"what": ..., "fix": ..., "needed": bool}


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "doctor",
        help="look at the installation",
        description="Tell versions, back end, threads, caches and devices, what is missing and how to get it. "
        "The exit status is 1 if something that training needs is missing or broken, else 0.",
    )
    command.add_argument("--json", action="store_true", help="print the same as JSON")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look, print, and return 1 if something needed is missing."""
    report = examine()
    print(json.dumps(report, indent=2) if args.json else "\n".join(lines(report)))
    return int(any(trouble["needed"] for trouble in report["troubles"]))


def examine() -> dict:
    """Return everything that the probes find, and the troubles that follow from it."""
    report: dict = {"python": probes.python(), "packages": probes.packages()}
    report["broken"] = list(broken(probes.REQUIRED + probes.FAST[:1], report["packages"]))
    try:
        report["backend"] = probes.backend()
    except TeachKerasError as error:
        report["backend"] = {"name": None, "why": str(error)}
    for probe in (probes.threads, probes.blas, probes.cache, probes.data, probes.gpu, probes.browser, probes.buttons):
        try:
            report[probe.__name__] = probe()
        except ImportError as error:  # a broken NumPy must not hide the rest
            report[probe.__name__] = None
            report["broken"].append({"package": probe.__name__, "error": str(error)})
    report["troubles"] = list(troubles(report))
    return report


def broken(names: tuple[str, ...], packages: dict) -> Iterator[dict]:
    """Yield the packages that are installed and yet can't be imported."""
    versions = {name: version for group in packages.values() for name, version in group.items()}
    for name in names:
        if versions[name] is None:
            continue
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever a half-installed package may raise
            yield {
                "package": name,
                "error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            }


def troubles(report: dict) -> Iterator[Trouble]:
    """Yield what is wrong or missing, with the way out; `needed` marks what training can't do without."""
    packages = report["packages"]
    if missing := [name for name, version in packages["engine"].items() if version is None]:
        yield trouble(f"missing: {', '.join(missing)}", "python -m pip install teachkeras", needed=True)
    for one in report["broken"]:
        again = f"python -m pip install --force-reinstall {one['package']}"
        yield trouble(f"{one['package']} can't be imported: {one['error']}", again, needed=True)
    if report["backend"]["name"] is None:
        yield trouble(report["backend"]["why"].replace("\n", ";"), "unset TEACHKERAS_BACKEND", needed=True)
    if packages["fast"]["numba"] is None:
        yield trouble("Numba is missing: everything runs, slower", "python -m pip install numba")
    elif report["cache"] and not report["cache"]["writable"]:
        fix = "set NUMBA_CACHE_DIR to a folder of yours"
        yield trouble("compiled routines can't be kept beside the package: sessions may start slowly", fix)
    elif report["cache"] and not report["cache"]["routines"]:
        yield trouble("no routine is compiled yet: the first training waits for it", "teachkeras warmup")
    yield from notebook_troubles(report)
    if report["data"] and not report["data"]["writable"]:
        yield trouble(f"{report['data']['folder']} can't be written: no data set is kept", "set KERAS_HOME")
    if report["gpu"] and report["gpu"]["card"] and not report["gpu"]["cupy"]:
        yield trouble("a GPU is there, CuPy is not", "python -m pip install 'teachkeras[gpu]'")
    elif report["gpu"] and report["gpu"]["cupy"] and not report["gpu"]["works"]:
        fix = "look at `nvidia-smi`: CuPy needs a card and a driver for its CUDA version; until then use the processor"
        yield trouble(f"CuPy is there, and can't compute: {report['gpu']['why']}", fix)


def notebook_troubles(report: dict) -> Iterator[Trouble]:
    """Yield what the lessons and the tests lack."""
    packages = report["packages"]
    if missing := [name for name, version in packages["lab"].items() if version is None]:
        yield trouble(f"for the lessons: {', '.join(missing)}", "python -m pip install 'teachkeras[lab]'")
    elif not report["buttons"]["during_fit"]:
        fix = "python -m pip install 'ipykernel>=7.0,<7.4', or train with `await model.fit_async(...)`"
        yield trouble(f"buttons wait for `fit` to end: {report['buttons']['why']}", fix)
    if missing := [name for name, version in packages["test"].items() if version is None]:
        yield trouble(f"for the tests: {', '.join(missing)}", "python -m pip install 'teachkeras[test]'")
    elif report["browser"] is None:
        yield trouble("for the browser tests: chromium", "apt-get install chromium")


def trouble(what: str, fix: str, needed: bool = False) -> Trouble:
    """Return one trouble."""
    return {"what": what, "fix": fix, "needed": needed}


def lines(report: dict) -> Iterator[str]:
    """Yield the report as lines for people."""

    def row(label: str, text: str) -> str:
        return f"{label:<11} {text}"

    def versions(group: str) -> str:
        return "  ".join(f"{name} {version or '-'}" for name, version in report["packages"][group].items())

    about = report["python"]
    yield row("teachkeras", f"{about['teachkeras'] or 'not installed'} in {about['folder']}")
    yield row("python", f"{about['version']} ({about['executable']}), {about['system']}")
    for group in report["packages"]:
        yield row(group, versions(group))
    yield row("back end", f"{report['backend']['name'] or 'none'} ({report['backend']['why']})".replace("\n", ";"))
    yield row("threads", f"{report['threads']['used']} ({report['threads']['why']})")
    for pool in report["blas"] or ():
        library = f"{pool['internal_api']} {pool['version']} {pool['architecture'] or ''}".rstrip()
        yield row("blas", f"{library}, {pool['num_threads']} threads")
    if report["cache"]:
        yield row("compiled", "{routines} routines, {megabytes} MB in {folder}".format(**report["cache"]))
    yield row("data", f"{', '.join(report['data']['cached']) or 'no full-size set yet'} in {report['data']['folder']}")
    works = "TEACHKERAS_BACKEND=cupy works" if report["gpu"]["works"] else "TEACHKERAS_BACKEND=cupy does not work"
    yield row("gpu", f"{report['gpu']['card'] or 'none'}, CuPy {report['gpu']['cupy'] or '-'}, {works}")
    yield row("browser", report["browser"] or "none")
    yield row(
        "buttons", f"{'work' if report['buttons']['during_fit'] else 'wait'} during fit ({report['buttons']['why']})"
    )
    if not report["troubles"]:
        yield "all is well"
    for one in report["troubles"]:
        yield f"{'!' if one['needed'] else '-'} {one['what']}\n    {one['fix']}"
