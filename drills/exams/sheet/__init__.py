"""The exam's plain page: one script, one stylesheet, its words."""
