"""What importing the package costs, and that the documentation's examples run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

from loihi_emu import offline

MODULES = ["loihi_emu.offline"] + [
    f"loihi_emu.offline.{module.name}" for module in pkgutil.iter_modules(offline.__path__)
]


def test_only_a_matrix_function_imports_numba() -> None:
    script = (
        "import sys; from loihi_emu.offline import *\n"
        "stdp_offline_dw_process(firing_to_spike_process([1, 0]), [1], STDPParams())\n"
        "WeightBounds(1.0).apply([[0.5]], [[0.1]])\n"
        "print([name for name in ('numba', 'scipy', 'matplotlib') if name in sys.modules])\n"
        "stdp_offline_dw_processes([[1]], [[0]], [[1]], STDPParams())\n"
        "print('numba' in sys.modules)\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout.split("\n")[:2] == ["[]", "True"], found.stderr


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_public_function_has_an_example() -> None:
    examples = {
        test.name.rpartition(".")[2]
        for name in MODULES
        for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
        if test.examples
    }
    assert set(offline.__all__) <= examples
