"""How fast Nacre is, and how much memory it takes, beside its peers: ``python -m benchmarks``.

Every number comes from a process of its own, so that nobody profits from what another has imported.
Contestants take turns, so that a busy moment of the machine hits all of them.
"""
