"""Measuring engines: cold and warm apart, interleaved, percentiles, every sample kept."""
