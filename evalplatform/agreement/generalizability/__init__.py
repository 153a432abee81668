"""Where the spread of ratings comes from, and what a study of another size would give."""
