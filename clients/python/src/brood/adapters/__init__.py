"""Brood in other people's frameworks: one module for each, which needs the extra of its name."""
