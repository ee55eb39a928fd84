"""Statements that are printed somewhere and false: each must be refuted."""
