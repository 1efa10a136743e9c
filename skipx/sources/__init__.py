"""Traces from files and live sessions, and the checks of their quality."""
