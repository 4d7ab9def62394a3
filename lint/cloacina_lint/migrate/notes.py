"""Room migrate/: MIGRATION.md."""
