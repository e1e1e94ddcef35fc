"""The control routes under /_pixoss/, which are not part of OSS."""
