"""Segments of the launch sequence and the chains mined from them."""
