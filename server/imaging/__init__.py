"""Where OSS process strings meet the processors and the store."""
