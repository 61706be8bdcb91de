"""Fixed point: neurons, synapses, traces and learning on integer arenas."""
