"""Everything that touches the outside; imports every floor below."""
