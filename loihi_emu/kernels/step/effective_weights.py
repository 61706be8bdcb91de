"""What one spike delivers through each synapse: weights cut, scaled and limited by the machine.

On machines that scale each synapse, a run uses the same function (fixed/synaptic_input.py).
Example: weight 3 with weight_exp 2 delivers 12; with weight_exp -1 it delivers 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from loihi_emu.kernels.fixed.synaptic_input import scaled_weight, weight_scale
from loihi_emu.kernels.llvm.array_views import array_at_address, int16_row, record_at, uint8_row
from loihi_emu.kernels.memory.records import CONNECTION

_connection_at, _number_row = record_at(CONNECTION), array_at_address(types.int32)


def deliver(
    connection: Any, weights: Any, written: Any, out: Any, n_samples: Any, n_synapses: Any
) -> Any:
    """Fill out[sample, synapse] (int32) for weights[sample, synapse] (int16) of a connection.

    written[sample] says whether a rule had written the weights by then. Compiled by
    compile/object_code.py and given addresses by run/runner.py.
    """
    c, given, delivered = _connection_at(connection), int16_row(weights), _number_row(out)
    by_rule = uint8_row(written)
    for row in range(n_samples):
        for k in range(row * n_synapses, (row + 1) * n_synapses):
            delivered[k] = scaled_weight(weight_scale(c), np.int64(given[k]), by_rule[row])
    return n_samples
