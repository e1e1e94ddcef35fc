"""Rules that a bucket's owner sets and that work: each module reads one configuration and judges by it, purely."""
