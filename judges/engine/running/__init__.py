"""The loop that works on a run: claims, keeps calls in flight, writes beside it."""
