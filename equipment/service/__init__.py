"""What can be done with safety facilities and asked of them."""
