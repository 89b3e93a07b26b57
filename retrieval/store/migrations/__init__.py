"""The steps by which the store's tables came to be; each is frozen once it is released."""
