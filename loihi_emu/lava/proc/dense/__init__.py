"""Names of Lava's `lava.proc.dense`."""
