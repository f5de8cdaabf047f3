"""Ground without domain: settings, database, access, journal, language, clock, documents."""
