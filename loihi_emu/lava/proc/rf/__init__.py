"""Names of Lava's `lava.proc.rf`."""
