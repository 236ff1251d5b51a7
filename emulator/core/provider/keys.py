"""What an API key says by itself: its prefixes, and the length of account numbers."""

OPEN_PREFIX = "test-"  # such a key needs no introduction
WRONG_PREFIX = "wrong-"
ACCOUNT_DIGITS = 13  # of an account's id tell it from others: 48 bits, and a hyphen
