"""From a Design to a framework's model."""
