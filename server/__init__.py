"""The room that speaks OSS: protocol, authentication, handlers and wiring."""
