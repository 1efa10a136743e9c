"""The one document that every format renders: built once from results, plain data throughout."""
