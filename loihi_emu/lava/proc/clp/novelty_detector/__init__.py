"""Names of Lava's `lava.proc.clp.novelty_detector`."""
