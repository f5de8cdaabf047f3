"""Both databases: `session`, `database` and `hall` run on each unless a test says otherwise."""

import pytest

DIALECTS = ("sqlite", "postgresql")
sqlite_only = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
