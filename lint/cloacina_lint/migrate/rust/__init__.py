"""Room migrate/rust/: pieces of Rust, read and written again. It knows no crate and no migration.

words           the names that code mentions, read from its text
syntax          the names that a piece of it uses, binds and changes, read off its syntax tree
chains          method calls, and what they change
traits          traits that are imported for their methods alone
included        files that moved code includes
lines           whole lines taken out of a text
uses, sorting   a use declaration thinned and written again; imports in rustfmt's order
"""
