"""What-if: edits of a trace's program, and what they would do to the latency."""
