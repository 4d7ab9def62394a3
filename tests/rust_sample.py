"""Room tests/lint/: the Rust that the tests of its reading share."""

from __future__ import annotations

from cloacina_lint.source.rust import Item, RustFile, parse
from cloacina_lint.source.text import SourceFile

SAMPLE = """#!/usr/bin/env run
#![allow(dead_code)]
//! About: the word hidden is in a comment.
use cloacina_workflow::{self, task, Context as Ctx, sub::{a as _, *}};
pub use ::serde_json;

#[cfg(feature = "packaged")]
cloacina_workflow_plugin::package!();
include!("more.rs");
macro_rules! make { ($n:ident) => { #[task] pub fn hidden() { inner!(); a::b(); } } }
make!(x);

/// Doc with hidden word.
#[workflow(name = "é😀", triggers = ["a", "b"])] // plain hidden
// between
#[cfg(test)]
pub(in crate::x) mod flow {
    #![allow(unused)]
    /* block hidden */
    #[task(id = "one", retry_attempts = -1, ratio = 0.5, on = true, run = all(task_success("x"), not(y)))]
    pub async unsafe fn one(context: &mut Ctx<Value>, mut r#type: u8, (a, b): (u8, u8), _: u8) -> Result<(), Err> {
        struct Local;
        let text = "hidden";
        tokio::select! { v = other::call() => { println!("{v}"); } }
        #[cfg(windows)]
        let v = vec![serde_json::json!(1)];
        hidden(text)
    }
    impl<T> Runs for crate::a::Thing<T> { fn go(&self) {} }
    mod far;
}
"""


def read(text: str) -> RustFile:
    return parse(SourceFile("/t/lib.rs", text, "lib.rs"))


def item(rust: RustFile, name: str) -> Item:
    return next(found for found in rust.walk() if found.name == name)
