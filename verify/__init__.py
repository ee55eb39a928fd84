"""The evidence: oracles, verdicts and the functions people call."""
