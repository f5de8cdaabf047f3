"""Sites, locations, windows, people, calendar and roster."""
