"""Costs in time, calls and memory: `make bench` runs them all and prints one table. Figures are compared within one run only."""
