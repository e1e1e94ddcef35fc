"""Named bytes with their attributes, kept safely: no pixel, no header and no status code is known in this room."""
