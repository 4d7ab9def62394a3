"""Room: the linter. Checks that a Cloacina service-mode crate will build, load and run."""

__version__ = "0.1.0"
