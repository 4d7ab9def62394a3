"""Room migrate/library/: the library's code. step.py takes it through all of these and changes the draft.

fates           what the workflow reaches, what only its tests, what only main
cutting         parts of items that hold the engine's types
joining         where the root file goes
imports         imports and paths: from the engine to the packaged crates; names and names.toml say where each name is
replaced        code that `#[trigger]` writes anew, which needs no import
visibility      `pub` where a package needs it
unread          members that only what left has used
leaving         what the library hands on to the other steps: all that left
"""
