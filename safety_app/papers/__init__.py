"""Papers from outside and from before: scans with category, number, date and expiry."""
