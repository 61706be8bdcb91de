"""Kernels on disk: shared by processes, and never trusted where they cannot be.

Each test runs rules in processes of their own, warnings as errors: the results are right, whatever
the folder is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from numba import types

import loihi_emu
from loihi_emu.kernels.compile import disk_cache, object_code
from loihi_emu.kernels.compile.source_key import reached
from loihi_emu.kernels.run.entry_points import DEFERRED, ENTRY_POINTS, LEARNING, RUNS, EntryPoint
from tests.kernels.cache_child import LIMIT

ROOT = Path(__file__).parents[2]
RULE = "2^-2*x1*y0 - 2^-2*y1*x0"
OTHERS = ("u0*x1 - x0*w", "x0*x2*y3")


_BY_MODE = re.compile(r'(?m)^\w+ = by_mode\("\w+", "(\w+)"(?:, "(\w+)")?\)')


def _made_from(point: EntryPoint) -> dict[str, bytes]:
    """Texts of the modules that decide an entry point's code, by name."""
    return reached(*(f"loihi_emu.kernels.{one}" for one in point.modules))


def _start(
    folder: Path, *rules: str, more: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    environment = {**os.environ, "LOIHI_EMU_CACHE_DIR": str(folder), **(more or {})}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.kernels.cache_child", *rules],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _assert_right(process: subprocess.Popen[str], *rules: str) -> None:
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines() == list(rules)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file's size and time."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_two_processes_compile_one_rule_at_once(tmp_path: Path) -> None:
    both = [_start(tmp_path, RULE) for _ in range(2)]
    for process in both:
        _assert_right(process, RULE)
    (kept,) = _files(tmp_path)
    assert kept.startswith("rule-")


def test_kernels_of_several_processes_work_side_by_side(tmp_path: Path) -> None:
    rules = (RULE, *OTHERS)
    for rule in rules:
        _assert_right(_start(tmp_path, rule), rule)
    before = _files(tmp_path)
    assert len(before) == len(rules)
    _assert_right(_start(tmp_path, *rules), *rules)
    assert _files(tmp_path) == before


def test_rules_that_differ_in_numbers_share_a_kernel(tmp_path: Path) -> None:
    first, second = "2^-2*x1*y0*(w+100)", "-3*2^-3*x1*y0*(w-100)"  # of one set of words
    _assert_right(_start(tmp_path, first), first)
    before = _files(tmp_path)
    _assert_right(_start(tmp_path, second), second)
    assert _files(tmp_path) == before


@pytest.mark.parametrize("place", ["a file", "inside a file", "nowhere"])
def test_a_folder_that_cannot_be(tmp_path: Path, place: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    folder = {"a file": file, "inside a file": file / "cache", "nowhere": Path("/proc/no/such")}
    _assert_right(_start(folder[place], RULE), RULE)
    assert file.read_text() == "mine"


def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        _assert_right(_start(tmp_path, RULE), RULE)
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    _assert_right(_start(tmp_path, RULE, more={LIMIT: "1000"}), RULE)
    assert _files(tmp_path) == {}


@pytest.mark.parametrize("content", [b"", b"garbage", "truncated", "flipped"])
def test_a_file_that_is_damaged_is_written_anew(tmp_path: Path, content: bytes | str) -> None:
    _assert_right(_start(tmp_path, RULE), RULE)
    (file,) = tmp_path.iterdir()
    sound = file.read_bytes()
    if content == "truncated":
        content = sound[: len(sound) // 2]
    elif content == "flipped":
        middle = len(sound) // 2
        content = sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1 :]
    assert isinstance(content, bytes)
    file.write_bytes(content)
    _assert_right(_start(tmp_path, RULE), RULE)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.stat().st_size > 1000
    assert file.read_bytes() != content


def test_the_keys_cover_every_module_that_code_is_made_from() -> None:
    """A number of the chip that changes must not leave loops of the old one in the cache."""
    package = Path(loihi_emu.__file__).parent
    compiled = {
        f"loihi_emu.kernels.{path.parent.name}.{path.stem}"
        for path in (package / "kernels").glob("*/*.py")
        if path.parent.name not in ("compile", "emit", "reference", "run")
        and path.stem != "__init__"
    }
    made_from = {one for point in ENTRY_POINTS.values() for one in point.modules}
    modules = ("compile.rule_object", *sorted(made_from))
    covered = {*reached(*(f"loihi_emu.kernels.{one}" for one in modules))}
    assert compiled <= covered
    for one in ("arithmetic", "counter", "decay", "decimation", "formats", "pcg64"):
        assert f"loihi_emu.chip.{one}" in covered


def test_an_edit_compiles_anew_only_what_it_reaches() -> None:
    run, learning, deferred = (
        _made_from(points["fixed_pt"]) for points in (RUNS, LEARNING, DEFERRED)
    )
    assert "loihi_emu.kernels.step.time_step" in run
    assert not {one for one in run if ".batch." in one or ".reference." in one}
    for module, of_run, of_learning, of_deferred in (
        ("fixed.neurons", True, False, False),
        ("learning.epoch", False, True, False),
        ("deferred.catch_up", False, False, True),
        ("fixed.kernel_call", False, True, True),
        ("threads.partition", True, True, True),
    ):
        found = [f"loihi_emu.kernels.{module}" in one for one in (run, learning, deferred)]
        assert found == [of_run, of_learning, of_deferred], module


@pytest.mark.parametrize("point", ENTRY_POINTS.values(), ids=ENTRY_POINTS)
def test_what_code_chooses_by_mode_counts_in_its_key(point: EntryPoint) -> None:
    room = "floating" if point.name.endswith("floating_pt") else "fixed"
    texts = _made_from(point)
    for text in list(texts.values()):
        for fixed, floating in _BY_MODE.findall(text.decode()):
            home = (floating or fixed) if room == "floating" else fixed
            assert f"loihi_emu.kernels.{room}.{home}" in texts


def test_code_that_needs_what_only_numba_has_is_refused() -> None:
    """A process that loads it from the cache would end at the first symbol it lacks."""
    ask = types.ExternalFunction("Py_IsInitialized", types.int32())

    def asks() -> Any:
        return ask()

    with pytest.raises(AssertionError, match="entry_1 needs Py_IsInitialized"):
        object_code.compile_function(asks, types.int64(), "entry_1")


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
def test_cached_code_needs_no_numba(mode: str) -> None:
    """The second process finds everything, and loads it without what compiled it."""
    command = [sys.executable, "-W", "error", "-m", "tests.kernels.cached_run", mode]
    first, second = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    weights, numba = second.stdout.splitlines()
    assert weights == first.stdout.splitlines()[0]
    assert numba == "numba: no"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners of this kind")
def test_what_others_may_write_to_is_neither_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels"
    monkeypatch.setenv("LOIHI_EMU_CACHE_DIR", str(folder))
    disk_cache.store("rule", "key", b"code")
    (file,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert disk_cache.load("rule", "key") == b"code"
    for path, mode in ((file, 0o600), (folder, 0o700)):
        path.chmod(0o722)
        with pytest.warns(UserWarning, match=f"others may write to {path.name}"):
            assert disk_cache.load("rule", "key") is None
        path.chmod(mode)
    folder.chmod(0o777)
    disk_cache.store("rule", "other", b"code")
    assert list(folder.iterdir()) == [file]
    folder.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.warns(UserWarning, match="owns kernels"):
        assert disk_cache.load("rule", "key") is None
