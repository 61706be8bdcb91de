"""What one spike delivers through each synapse: weights cut, scaled and limited by the machine.

The same function that a run uses where a machine scales synapses (kernels/fixed/synapses.py).
Example: weight 3 with weight_exp 2 delivers 12; with weight_exp -1 it delivers 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.cache import compiled
from loihi_emu.kernels.fixed.synapses import scale


@compiled
def deliver(connections: Any, number: Any, weights: Any, written: Any, out: Any) -> None:
    """Fill out[sample, synapse] for weights[sample, synapse] of connection `number`.

    written[sample] says whether a rule had written the weights by then.
    """
    c = connections[number]
    for row in range(weights.shape[0]):
        for k in range(weights.shape[1]):
            out[row, k] = scale(c, np.int64(weights[row, k]), written[row])
