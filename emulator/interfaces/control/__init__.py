"""What a user may do to a running tenant; imports `application` and below."""
