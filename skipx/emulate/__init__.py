"""Emulated platforms: a model's operator stream, played without a GPU."""
