"""Room source/: files as text, TOML and Rust with positions. Knows nothing of Cloacina."""
