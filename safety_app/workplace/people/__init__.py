"""Papers and steps around people: slips, leaving, handing over."""
