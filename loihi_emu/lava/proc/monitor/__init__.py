"""Names of Lava's `lava.proc.monitor`."""
