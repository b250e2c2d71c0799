"""From a Design to its Plan: rows and totals, receptive fields, memory."""
