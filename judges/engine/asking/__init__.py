"""One case: what it asks, in which words, how the reply is read, and what follows from it."""
