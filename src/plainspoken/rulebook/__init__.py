"""The firm's regulation on screen: what it asks, what serves it, and whether it is in force."""
