"""The handlers: one function for each OSS API call."""
