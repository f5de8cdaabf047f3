"""What can be done with incidents and asked of them: the package's public face."""
