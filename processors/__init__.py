"""Images in, images out: source bytes and a chain of operations become the bytes of a picture or an answer about it."""
