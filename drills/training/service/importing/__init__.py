"""Records from before, from a table: the form, what it would make, what is wrong, the import."""
