/// The shared library of this crate, which cargo builds beside the test executables.
fn built_library() -> PathBuf {
    let name = format!("{DLL_PREFIX}{}{DLL_SUFFIX}", PACKAGE.replace('-', "_"));
    let executable = std::env::current_exe().expect("the path of this test executable");
    executable
        .ancestors()
        .skip(1)
        .take(2)
        .map(|directory| directory.join(&name))
        .find(|library| library.is_file())
        .unwrap_or_else(|| {
            panic!(
                "no {name} beside {}: has [lib] in Cargo.toml crate-type \
                 [\"cdylib\", \"rlib\"], and was this test started by cargo?",
                executable.display()
            )
        })
}
