"""Modules of several functions: definitions prefer long vectors, declarations stay as they are."""

from __future__ import annotations

import llvmlite.binding as llvm

from loihi_emu.kernels.compile.numba_linking import _with_long_vectors

TEXT = """
declare i64 @elsewhere(i64)

define i64 @plain(i64 %one) {
  ret i64 %one
}

define internal i64 @described(i64 %one) #0 {
  %two = call i64 @elsewhere(i64 %one)
  ret i64 %two
}

attributes #0 = { noinline }
"""


def test_every_definition_prefers_long_vectors_and_keeps_its_attributes() -> None:
    module = _with_long_vectors(llvm.parse_assembly(TEXT))
    module.verify()
    attributes = {
        function.name: b" ".join(function.attributes).decode() for function in module.functions
    }
    assert set(attributes) == {"plain", "described", "elsewhere"}
    for name in ("plain", "described"):
        assert '"prefer-vector-width"="512"' in attributes[name]
    assert "noinline" in attributes["described"]
    assert attributes["elsewhere"] == ""
