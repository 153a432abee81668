"""Which prompt a judge should have: candidates are tried on labelled items kept out of the evaluation."""
