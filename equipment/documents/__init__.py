"""Papers of safety facilities: labels, report, inspection record."""
