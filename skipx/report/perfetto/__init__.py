"""The trace as Perfetto opens it, with what skipx found as tracks of their own."""
