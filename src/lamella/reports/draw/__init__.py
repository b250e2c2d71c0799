"""From data to pictures: SVG and PNG."""
