"""Names of Lava's `lava.proc.conv`."""
