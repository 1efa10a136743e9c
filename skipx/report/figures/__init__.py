"""The document's charts as figures for a paper, each with its data beside it."""
