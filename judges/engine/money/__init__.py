"""What calls cost: prices, bounds of a cost not known yet, and budgets that loops side by side cannot overrun."""
