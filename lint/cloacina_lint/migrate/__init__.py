"""Room migrate/: from a crate to a plan of new files. Pure: it reads the crate, and writes nothing."""
