"""Names of Lava's `lava.proc.atrlif`."""
