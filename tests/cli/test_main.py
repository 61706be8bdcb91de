import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from loihi_emu import __version__
from loihi_emu.cli import main as entry_point
from loihi_emu.cli import rules
from loihi_emu.cli.main import COMMANDS

Run = Callable[..., tuple[int, str, str]]
_SHOWN = ("compare", "explain", "rule", "rules", "conform", "capacity", "cache")
_PROGRAM = [sys.executable, "-m", "loihi_emu.cli"]


def _exits(*argv: str) -> int:
    with pytest.raises(SystemExit) as caught:
        entry_point(argv)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exits("--help") == 0
    out = capsys.readouterr().out
    for name in _SHOWN:
        assert f"    {name} " in out


@pytest.mark.parametrize("name", _SHOWN)
def test_every_command_has_help_with_examples(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert name in COMMANDS
    assert _exits(name, "--help") == 0
    out = capsys.readouterr().out
    assert f"examples:\n  loihi-emu {name}" in out
    assert "--json" in out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exits("--version") == 0
    assert capsys.readouterr().out == f"loihi-emu {__version__}\n"


@pytest.mark.parametrize("module", ["loihi_emu", "loihi_emu.cli"])
def test_python_m_is_the_command(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"loihi-emu {__version__}\n"


def test_no_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exits() == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("argv", [["--help"], ["rules"], ["rule", "stdp-loihi"]])
def test_what_runs_nothing_imports_neither_numba_nor_matplotlib(argv: list[str]) -> None:
    code = (
        "import sys, loihi_emu.cli\n"
        "try:\n"
        f"    loihi_emu.cli.main({argv!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'numba', 'matplotlib', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_errors_of_ours_go_to_stderr_with_status_2(run: Run) -> None:
    assert run("rule", "x0 * y9") == (
        2,
        "",
        "loihi-emu: error: unknown name y9; did you mean y0 or y1 or y2?\n"
        "    dw = x0 * y9\n"
        "              ^^\n",
    )


def test_errors_leave_stdout_empty_with_json_too(run: Run) -> None:
    status, out, err = run("rule", "no-such-rule-anywhere", "--json")
    assert (status, out) == (2, "")
    assert err.startswith("loihi-emu: error: rule 'no-such-rule-anywhere' does not exist; did you")


def test_an_interrupt_is_status_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(rules, "run", interrupted)
    assert run("rules") == (130, "", "loihi-emu: interrupted\n")


def test_lack_of_memory_is_an_error_without_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: Any) -> int:
        raise MemoryError("for 20 GiB")

    monkeypatch.setattr(rules, "run", too_large)
    assert run("rules") == (2, "", "loihi-emu: error: not enough memory for 20 GiB\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_closed_pipe_is_quiet() -> None:
    with subprocess.Popen(
        [*_PROGRAM, "rules", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 141


@pytest.mark.parametrize("text", ["-x0*y1+y0*x1", "-2^-2*x1*y0", "- x0*y1"])
def test_rule_text_may_start_with_a_minus(run: Run, text: str) -> None:
    status, out, _ = run("rule", text, "--show", "products")
    assert status == 0
    assert out.startswith("dw: ")


def test_a_subcommand_that_does_not_exist_is_refused_with_those_alike(run: Run) -> None:
    status, out, err = run("comapre", "stdp-loihi")
    assert (status, out) == (2, "")
    assert err.startswith(
        "loihi-emu: error: command 'comapre' does not exist; did you mean compare"
    )
