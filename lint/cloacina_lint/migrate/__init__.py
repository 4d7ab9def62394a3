"""Room migrate/: from a crate to a plan of new files. Pure but for `command`: it reads the crate, and writes nothing.

The steps, in the order in which plan.py takes them. One with a package of its own begins in that package's step.py; its
`__init__.py` is the map.

survey/         which cargo targets there are, which holds the workflow, what its names mean (crate.py begins)
refusals        what a package of the target version cannot do, with the lines of the crate as it is
library/        the code: what only main reaches leaves, imports come from the packaged crates
schedules       a schedule that main registered becomes a cron trigger
programs/       what main and the other programs did with the engine, read
service_test/   that, written: a test through the built library
manifest/       Cargo.toml
packaging       package.toml, build.rs, .gitignore
notes           MIGRATION.md: nothing of the user's is lost

split/          several workflows: the same steps for each, and a library with what they share (plan.py begins)
rust/           what the steps use to read pieces of Rust and to write them again

draft holds the files as they will be, outcome what is told, show prints it, command is the command line.
"""
