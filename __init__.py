"""Pixoss: a local stand-in for Alibaba Cloud OSS whose speciality is image processing."""

__version__ = "0.1.0"
