"""What a process model's variable or port is made of: `LavaPyType(np.ndarray, np.int32)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


@dataclass
class LavaPyType:
    """A class and a type of numbers.

    Parameters
    ----------
    cls : type
        np.ndarray, int, float, str, csr_matrix, or a kind of port such as PyInPort.VEC_DENSE.
    d_type : type
        Of an array's elements.
    precision : int, optional
        Bits; kept as `_<name>_p` of the model, and nothing here reads it.
    """

    cls: Any
    d_type: Any
    precision: int | None = None
