"""All odd requests."""

from tests.hostile import admin, bodies, protocol, requests, websockets

CASES = [
    *protocol.CASES,
    *requests.CASES,
    *bodies.CASES,
    *admin.CASES,
    *websockets.CASES,
]
