"""The demonstration: a small study of our own, simulated raters of stated reliability, live baseline judges."""
