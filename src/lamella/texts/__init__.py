"""Words of problems, doors and reports in English and Korean, side by side."""
