"""Simulated raters with planted faults: how often the cards name them, and how often anybody else."""
