"""Combined reports, made of every feature's sections."""
