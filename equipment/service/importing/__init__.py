"""Safety facilities from a table: the form, the check of every row, the import."""
