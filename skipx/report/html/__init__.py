"""The document as one HTML file that works offline."""
