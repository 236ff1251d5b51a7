"""Which request misbehaves and how, and the limits of a key; imports `base`, `http` and `state`."""
