"""Calculation and parsing without the ORM: read, tested and trusted alone."""
