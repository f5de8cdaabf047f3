"""What must be read at once: the page of an emergency, and the public notices; plain HTML."""
