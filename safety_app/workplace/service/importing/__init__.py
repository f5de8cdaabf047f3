"""Windows and people from a table: the form, the comparison with what is there, the import."""
