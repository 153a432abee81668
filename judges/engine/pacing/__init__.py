"""How fast an account is asked, by all its loops together, and when it is left alone."""
