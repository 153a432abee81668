"""What a run is to do, what it would cost and take, and which tasks it may rate."""
