"""Names of Lava's `lava.proc.prodneuron`."""
