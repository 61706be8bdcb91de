"""Names of Lava's `lava.magma.core.sync.protocols`."""
