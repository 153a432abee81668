"""How often intervals hold the true value, in simulated studies whose truth is known."""
