"""HTTP messages as values, their bodies, problems and pages; imports `base` alone."""
