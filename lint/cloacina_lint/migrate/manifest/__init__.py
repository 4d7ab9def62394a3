"""Room migrate/manifest/: Cargo.toml. step.py takes it through all of these and changes the draft.

dependencies    companions in, the engine and its runtime to the tests
unused          dependencies that only the code which left has named
entries         the Cargo.toml under way: dependency entries changed, in whatever form they are written
inheritance     what the workspace gave, written out
code            which of the draft's Rust files name a crate
"""
