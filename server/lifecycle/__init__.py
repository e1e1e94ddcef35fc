"""What becomes of objects as they grow old: a bucket's rules, the plan that they make, and the sweep that does it."""
