"""Documents made from results: console tables and export files."""
