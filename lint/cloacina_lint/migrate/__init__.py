"""Room migrate/: from a crate to a plan of new files. Pure but for `command`: it reads the crate, and writes nothing.

The steps, in the order in which plan.py takes them, each with the files that serve it alone:

survey          which cargo targets there are, which holds the workflow: targets, modules, words
refusals        what a package of the target version cannot do, with the lines of the crate as it is
library         the code. fates (what the workflow reaches, what only main), joining (where the root file goes),
                imports, uses, sorting, traits, names and names.toml (where the engine's names are now), visibility,
                unread, lines; leaving is what it hands on: all that left
schedules       a schedule that main registered becomes a cron trigger
programs        what main and the other programs did. syntax, chains, calls, steps, runs read them; slicing, asserting,
                reach, harmless choose; carrying, carried_test, service_test, harness, formatting write the test;
                embedded_tests and binaries see to the tests and programs that stay
manifest        Cargo.toml: dependencies, entries, inheritance, code
packaging       package.toml, build.rs, .gitignore
notes           MIGRATION.md: nothing of the user's is lost
split           several workflows: dividing, projecting, shared, root_files, split_verify

draft holds the files as they will be, outcome what is told, show prints it, command is the command line.
"""
