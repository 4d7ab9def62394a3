"""Room scripts/: the two commands of the README, and what both need. The standard library only."""
