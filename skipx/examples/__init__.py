"""The example trace that skipx ships, synthetic and marked so, and its generator."""
