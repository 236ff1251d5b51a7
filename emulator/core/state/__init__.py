"""Jobs, the store of records and its indexes, the response cache; imports `base` and `http`."""
