"""The Security Token Service as far as SDKs need it to get credentials: AssumeRole and GetCallerIdentity."""
