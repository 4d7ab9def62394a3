"""Room migrate/split/: several workflows in one crate become one crate each in a workspace. plan.py begins.

dividing        which items belong to which workflow, and which to several
projecting      the code with some of its items alone
shared          the library with what several workflows use
root_files      the files around the code: who gets which, each Cargo.toml
verify          every crate built and tested before anything is written
"""
