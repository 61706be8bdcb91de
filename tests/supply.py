"""What is shipped: a wheel that is built twice the same, tried on each Python, and what is in it.

    python -m tests.supply                     # all of the below
    python -m tests.supply wheel install       # two wheels; then each Python's empty environment
    python -m tests.supply sbom audit          # parts, licences; known vulnerabilities

Files go to `dist/`: the wheel, `sbom.json` (CycloneDX) and `licences.txt`. The exit status is 1
where something failed, 3 where only the audit did not get an answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DIST: Final = ROOT / "dist"
PYTHONS: Final = ("3.11", "3.12", "3.13")
STEPS: Final = ("wheel", "install", "sbom", "audit")

TRY: Final = """
import loihi_emu as le
net = le.Network()
pre = net.add(le.SpikeSource([[1], [0], [0]]))
post = net.add(le.SpikeSource([[0], [0], [1]]))
rule = le.LearningRule(dw="2^-1*x1*y0", x1=le.Trace(100, 1000))
plastic = net.add(le.Dense(pre, post, 0, rule=rule))
for backend in ("interpreter", "kernels"):
    sim = le.Simulator(net, machine="LAVA", backend=backend)
    sim.run(3)
    print(backend, int(sim.get(plastic, "weights")[0, 0]))
"""
"""A spike pair with a trace of 100 that hardly decays: half of it, 50, or 49 by its decay."""


def wheel() -> int:
    """Build twice, in folders of other names and at other times; compare the bytes."""
    sums = []
    for name in ("first", "second"):
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, name)
            _copy(tree)
            out = Path(folder, "out")
            _run(
                [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(tree)]
            )
            (built,) = out.glob("*.whl")
            sums.append(hashlib.sha256(built.read_bytes()).hexdigest())
            DIST.mkdir(exist_ok=True)
            shutil.copy(built, DIST / built.name)
            print(f"{built.name}  sha256 {sums[-1]}")
    same = sums[0] == sums[1]
    print("the two wheels are equal" if same else "THE TWO WHEELS DIFFER")
    return int(not same)


def _copy(tree: Path) -> None:
    """The files that git knows, and nothing else."""
    listed = _run(["git", "ls-files", "-z"], cwd=ROOT).split("\0")
    for name in filter(None, listed):
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)


def install() -> int:
    """Install the wheel in an empty environment of each Python, and try it there."""
    failed = 0
    for version in PYTHONS:
        python = find_python(version)
        if python is None:
            print(f"Python {version}: not found; set PYTHON_{version.replace('.', '_')}")
            failed += 1
            continue
        with tempfile.TemporaryDirectory() as folder:
            failed += _try(version, python, Path(folder))
    return int(failed > 0)


def _try(version: str, python: str, folder: Path) -> int:
    """Whether the wheel does not work; what it printed."""
    cache = os.environ | {"LOIHI_EMU_CACHE_DIR": str(folder / "cache"), "HOME": str(folder)}
    try:
        own = environment(python, folder / "env", [str(_wheel())])
        shown = _run([own, "-c", TRY], cwd=folder, env=cache).split()
        program = str(Path(own).parent / "loihi-emu")
        told = _run([program, "rule", "pair-stdp", "--json"], cwd=folder, env=cache)
    except subprocess.CalledProcessError as error:
        print(f"Python {version}: FAILED\n{error.stderr}")
        return 1
    weights = shown[1::2]
    works = shown[::2] == ["interpreter", "kernels"] and set(weights) <= {"49", "50"}
    works = works and len(set(weights)) == 1
    works = works and json.loads(told)["command"] == "rule"
    verdict = "works" if works else "WRONG"
    print(f"Python {version}: {verdict}: {' '.join(shown)}; loihi-emu rule answers")
    return int(not works)


def find_python(version: str) -> str | None:
    """An interpreter of this version: named by PYTHON_3_11, on the path, or pyenv's."""
    named = os.environ.get(f"PYTHON_{version.replace('.', '_')}")
    if named:
        return named
    folder = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [str(one) for one in sorted(folder.glob(f"{version}.*/bin/python"))]
    on_path = shutil.which(f"python{version}")
    for one in (*found, *([on_path] if on_path else [])):
        asked = subprocess.run(
            [one, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True, text=True,
        )  # fmt: skip
        if asked.stdout.strip() == version:
            return one
    return None


def sbom() -> int:
    """List what an installation consists of: CycloneDX JSON, and a line for each licence."""
    with tempfile.TemporaryDirectory() as folder:
        own = environment(sys.executable, Path(folder, "env"), [str(_wheel())])
        tools = environment(sys.executable, Path(folder, "tools"), ["cyclonedx-bom>=5"])
        program = str(Path(tools).parent / "cyclonedx-py")
        options = ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library"]
        options += ["--output-reproducible", "-o", str(DIST / "sbom.json")]
        _run([program, "environment", *options, own])
    found = json.loads((DIST / "sbom.json").read_text(encoding="utf-8"))
    lines = [line(one) for one in found["components"] if one["name"] not in ("pip", "setuptools")]
    (DIST / "licences.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    print(f"{len(lines)} parts; dist/sbom.json is CycloneDX {found['specVersion']}")
    return int(any(one.endswith("no licence stated") for one in lines))


def line(component: dict[str, object]) -> str:
    """`numpy 2.4.6: BSD-3-Clause` of a part of an SBOM.

    >>> line({"name": "lark", "version": "1.3", "licenses": [{"license": {"id": "MIT"}}]})
    'lark 1.3: MIT'
    """
    licences = []
    given = component.get("licenses", [])
    assert isinstance(given, list)
    for one in given:
        licence = one.get("license", {})
        licences.append(one.get("expression") or licence.get("id") or licence.get("name", "?"))
    short = sorted({licence.split("\n")[0][:80] for licence in licences})
    stated = ", ".join(short) or "no licence stated"
    return f"{component['name']} {component['version']}: {stated}"


def audit() -> int:
    """Ask for known vulnerabilities of the base dependencies; 3 where nobody answers."""
    with tempfile.TemporaryDirectory() as folder:
        environment(sys.executable, Path(folder, "env"), [str(_wheel())])
        tools = environment(sys.executable, Path(folder, "tools"), ["pip-audit>=2.7"])
        (packages,) = Path(folder, "env").glob("[Ll]ib/**/site-packages")
        command = [tools, "-m", "pip_audit", "--path", str(packages), "--progress-spinner", "off"]
        done = subprocess.run([*command, "--timeout", "20"], capture_output=True, text=True)
    shown = (done.stdout + done.stderr).strip().splitlines()
    print("\n".join(one[:100] for one in shown[-12:]))
    if any("could not be audited: numba" in one for one in shown):
        print(
            "pip-audit: the index that pip uses here knows no vulnerabilities; nothing was checked"
        )
        return 3
    if done.returncode and any("onnection" in one or "HTTP" in one for one in shown):
        print("pip-audit: its database could not be reached from here; nothing was checked")
        return 3
    return done.returncode


def environment(python: str, folder: Path, packages: Sequence[str]) -> str:
    """An environment with these packages and nothing else; its Python."""
    if python == sys.executable:
        venv.create(folder, with_pip=True)
    else:
        _run([python, "-m", "venv", str(folder)])
    own = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    _run([own, "-m", "pip", "install", "-q", *packages])
    return own


def _wheel() -> Path:
    found = sorted(DIST.glob("loihi_emu-*.whl"))
    if not found:
        raise SystemExit("there is no wheel in dist/; run `python -m tests.supply wheel` first")
    return found[-1]


def _run(command: list[str], **options: object) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout  # type: ignore[call-overload,no-any-return]


def main(steps: Sequence[str]) -> int:
    """Run the steps; the worst of their statuses."""
    wanted = steps or STEPS
    for name in wanted:
        if name not in STEPS:
            print(f"found {name!r}; allowed: {', '.join(STEPS)}", file=sys.stderr)
            return 2
    found = []
    for name in wanted:
        print(f"-- {name}", flush=True)
        found.append({"wheel": wheel, "install": install, "sbom": sbom, "audit": audit}[name]())
    return 1 if 1 in found else max(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
