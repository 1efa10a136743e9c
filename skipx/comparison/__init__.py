"""Traces, runs and platforms side by side: ratios with intervals, and what else changed."""
