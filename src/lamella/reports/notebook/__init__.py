"""What notebooks show of lamella's records: a view gives parts, and parts are HTML and plain text alike."""
