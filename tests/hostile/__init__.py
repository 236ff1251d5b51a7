"""Odd requests with what each is answered; ``scripts/hostile`` sends a server all of them."""
