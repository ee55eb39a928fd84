"""How fast the oracles are, beside their peers: `python -m bench`."""
