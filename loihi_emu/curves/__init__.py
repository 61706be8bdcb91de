"""Does a rule still learn? Curves of a rule alone on a machine, without a network.

The window of a pair of spikes with the exact distribution over draws, curves of triplets and rates,
and the dead zone of each product.
Example: `dead_zones(rule, LAVA)[0].alone`.
"""
