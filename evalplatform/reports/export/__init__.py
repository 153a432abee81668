"""Exports: one line a rating, a generation or a call, as CSV, JSON lines or Parquet."""
