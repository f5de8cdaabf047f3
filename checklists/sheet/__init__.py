"""The patrol sheet: a plain page that goes on while the server is away."""
