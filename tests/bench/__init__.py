"""Benchmarks: ratios side by side in one run, never timed tests. Run them with `./dev bench`."""
