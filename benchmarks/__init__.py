"""Measurements, each beside a peer or a limit in the same run: `make bench AREA=…`, one JSON line a figure."""
