"""Calculation without the ORM: read, tested and trusted alone."""
