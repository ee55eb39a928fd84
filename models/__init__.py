"""Trainable models whose losses are the derived formulas."""
