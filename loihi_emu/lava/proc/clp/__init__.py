"""Names of Lava's `lava.proc.clp`."""
