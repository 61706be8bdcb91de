"""Facts about the silicon and its arithmetic, without state; every number here names its source."""
