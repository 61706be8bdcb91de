"""Names of Lava's `lava.proc.bit_check`."""
