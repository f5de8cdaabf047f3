"""Extinguishers, protective gear and other equipment: register, inspections, life-time rules."""
