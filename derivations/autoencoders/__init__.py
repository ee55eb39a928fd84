"""Autoencoders."""
