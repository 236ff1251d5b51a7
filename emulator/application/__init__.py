"""`Emulator` owns providers and tenants; imports `core` and `providers`."""
