"""First pages: what is there for me to do, and how far is this project."""
