"""What ``./pm`` does: set-up, databases, tests, demo, benchmarks and checks.

Standard library only, because it runs before anything is installed.
"""
