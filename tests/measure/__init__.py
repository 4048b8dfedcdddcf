"""Measurements of the whole program; see docs/benchmarks.md."""
