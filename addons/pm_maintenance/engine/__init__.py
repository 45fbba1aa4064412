"""Calculation without the ORM: positions, and what people enter on a round."""
