"""What is kept, what goes by itself, and that one process compiles while others wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from loihi_emu.kernels.compile import cache_upkeep, compile_lock, disk_cache, loader
from loihi_emu.kernels.compile.loader import _symbol
from tests.kernels.cache_child import COMPILED

ROOT = Path(__file__).parents[2]
RULE = "2^-2*x1*y0 - 2^-2*y1*x0"
DAY = 86400.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, in which nothing was pruned yet."""
    monkeypatch.setenv("LOIHI_EMU_CACHE_DIR", str(tmp_path / "kernels"))
    disk_cache._prune_once.cache_clear()
    return tmp_path / "kernels"


def _stored(folder: Path, key: str, days: float = 0.0, size: int = 4) -> Path:
    """A file of so many bytes beside its checksum, last used so many days ago."""
    before = set(folder.glob("*"))
    disk_cache.store("rule", key, b"x" * size)
    (path,) = set(folder.glob("*")) - before
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def test_what_was_not_used_for_a_month_goes_when_something_is_stored(folder: Path) -> None:
    old, recent = _stored(folder, "old", 31), _stored(folder, "recent", 29)
    disk_cache._prune_once.cache_clear()
    new = _stored(folder, "new")
    assert set(folder.iterdir()) == {recent, new}
    assert not old.exists()


def test_loading_counts_as_use(folder: Path) -> None:
    path = _stored(folder, "old", 29)
    assert disk_cache.load("rule", "old") == b"xxxx"
    assert time.time() - path.stat().st_mtime < DAY
    kept = path.stat().st_mtime
    assert disk_cache.load("rule", "old") == b"xxxx"
    assert path.stat().st_mtime == kept  # once a day: a start of a process writes nothing


def test_the_longest_unused_go_when_all_are_too_large(folder: Path) -> None:
    paths = [_stored(folder, str(days), days, 1000 - 32) for days in (5, 3, 4, 1)]
    gone = cache_upkeep.prune(folder, most_bytes=2000)
    assert [one.path for one in gone] == [paths[0], paths[2]]
    assert set(folder.iterdir()) == {paths[1], paths[3]}


def test_what_killed_processes_left_goes_and_other_files_stay(folder: Path) -> None:
    code = _stored(folder, "code")
    half, lock = Path(f"{code}a8_x"), Path(f"{code}{compile_lock.SUFFIX}")
    young = Path(f"{code}young")
    others = [folder / "notes.txt", folder / "rule-1.kernel", folder / f"x{code.suffix}"]
    for path in (half, lock, young, *others):
        path.write_text("x")
        os.utime(path, (time.time() - 3 * 3600,) * 2)
    os.utime(young)
    assert {one.path for one in cache_upkeep.prune(folder)} == {half, lock}
    assert {one.path for one in cache_upkeep.clear(folder)} == {code, young}
    assert set(folder.iterdir()) == set(others)


def test_a_lock_is_held_by_one_and_leaves_no_file(folder: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with disk_cache.alone("rule", "key"):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert (inside, most) == (0, 1)
    assert list(folder.iterdir()) == []


def test_who_waits_too_long_goes_on(tmp_path: Path) -> None:
    place = tmp_path / "code"
    with compile_lock.alone(place):
        start = time.monotonic()
        with compile_lock.alone(place, patience=0.1):
            pass
        assert 0.1 <= time.monotonic() - start < 10
        assert len(list(tmp_path.iterdir())) == 1  # the holder's is still there


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path\n"
        "from loihi_emu.kernels.compile import compile_lock\n"
        "with compile_lock.alone(Path(sys.argv[1])):\n"
        "    print('held', flush=True); time.sleep(600)\n"
    )
    place = tmp_path / "code"
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        start = time.monotonic()
        with compile_lock.alone(place, patience=0.1):
            assert time.monotonic() - start >= 0.1
    finally:
        child.kill()
        child.communicate()
    start = time.monotonic()
    with compile_lock.alone(place, patience=60):
        assert time.monotonic() - start < 30
    assert list(tmp_path.iterdir()) == []


def test_one_of_several_processes_compiles(tmp_path: Path) -> None:
    environment = {**os.environ, "LOIHI_EMU_CACHE_DIR": str(tmp_path), COMPILED: "1"}
    command = [sys.executable, "-W", "error", "-m", "tests.kernels.cache_child", RULE]
    children = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [child.communicate(timeout=300)[0].splitlines() for child in children]
    assert [lines[0] for lines in said] == [RULE] * 3
    assert sorted(lines[1] for lines in said) == ["compiled 0", "compiled 0", "compiled 1"]


def _object_code(text: str) -> bytes:
    """Object code of LLVM's text."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    code: bytes = machine.emit_object(llvm.parse_assembly(text))
    return code


def _returning(symbol: str, value: int) -> bytes:
    return _object_code(f"define i64 @{symbol}() {{ ret i64 {value} }}")


def _calling(symbol: str) -> bytes:
    return _object_code(
        "declare i64 @no_such_function()\n"
        f"define i64 @{symbol}() {{ %x = call i64 @no_such_function()\n ret i64 %x }}"
    )


@pytest.mark.parametrize("fault", ["no object code", "cut", "no symbol", "unknown function"])
def test_code_that_cannot_be_loaded_is_compiled_anew(folder: Path, fault: str) -> None:
    """Its checksum is right: it was stored so."""
    symbol = _symbol("rule", "key")
    sound = _returning(symbol, 7)
    faulty = {
        "no object code": b"not an object",
        "cut": sound[: len(sound) // 2],
        "no symbol": _returning("other", 8),
        "unknown function": _calling(symbol),
    }[fault]
    disk_cache.store("rule", "key", faulty)
    assert disk_cache.load("rule", "key") == faulty
    assert loader.find("rule", "key") is None
    assert loader.entry("rule", "key", lambda _: sound).function(0)() == 7
    assert disk_cache.load("rule", "key") == sound
    found = loader.find("rule", "key")
    assert found is not None
    assert found.function(0)() == 7
    assert len(list(folder.iterdir())) == 1
