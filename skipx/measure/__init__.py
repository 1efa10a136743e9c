"""Drivers of the microbenchmarks and of replay."""
