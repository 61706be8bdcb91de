"""Names of Lava's `lava.proc.learning_rules`."""
