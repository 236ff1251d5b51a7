"""What every provider shares: no sockets, no async, no provider's name."""
