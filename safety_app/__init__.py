"""The ground every package stands on, and the door through which users come in."""
