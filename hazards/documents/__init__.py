"""Papers of hazards: notice, register, statistics, the reply to an authority."""
