"""Names of Lava's `lava.proc.sdn`."""
