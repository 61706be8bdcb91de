"""Names of Lava's `lava.proc.rf_iz`."""
