"""Divergences and the variational autoencoder."""
