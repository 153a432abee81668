"""New judges and new versions of prompts: checked against what model and project can do, then immutable."""
