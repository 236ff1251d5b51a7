"""ASGI, HTTP/1.1, websockets and wire faults; imports `application` and below."""
