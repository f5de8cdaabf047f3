"""The stopwatch's plain page: one script, one stylesheet, their words."""
