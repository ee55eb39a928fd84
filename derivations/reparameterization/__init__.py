"""Reparameterization: laws as images of fixed noise, and the two gradients of an expectation."""
