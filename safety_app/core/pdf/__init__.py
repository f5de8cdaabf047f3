"""Printed papers: a small document model, laid out by own rules and written by fpdf2."""
