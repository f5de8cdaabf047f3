"""The one inspection engine: checklists, plans, tasks, the patrol sheet."""
