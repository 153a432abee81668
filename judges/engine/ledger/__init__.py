"""Attempts and verdicts as rows: claimed by conditional updates, written once, whatever dies meanwhile."""
