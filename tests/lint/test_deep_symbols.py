"""Room tests/lint: deep/symbols.py against real libraries, hand-made Mach-O files, cut files and garbage."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from cloacina_lint.deep.symbols import SymbolsError, exported_symbols
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import need


def shared(tmp_path: Path, compiler: list[str], source: str) -> str:
    name, text = source.split("\n", 1)
    library = tmp_path / "libmade.so"
    (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run([*compiler, "-o", str(library), str(tmp_path / name)], check=True, capture_output=True)
    return str(library)


C_SOURCE = """made.c
#include <stdio.h>
int exported(void) { return puts("x"); }
__attribute__((weak)) int weak_one(void) { return 1; }
__attribute__((visibility("hidden"))) int hidden(void) { return 2; }
static int local(void) { return 3; }
int (*table)(void) = local;
"""


def test_symbols_of_a_library_made_by_a_c_compiler(tmp_path: Path) -> None:
    compiler = need("cc", "install a C compiler")
    symbols = exported_symbols(shared(tmp_path, [compiler, "-shared", "-fPIC"], C_SOURCE))
    assert {"exported", "weak_one", "table"} <= set(symbols)
    assert not {"hidden", "local", "puts"} & set(symbols)
    assert symbols == sorted(set(symbols))


def test_symbols_of_a_library_made_by_rustc(tmp_path: Path) -> None:
    rustc = need("rustc", "install Rust: https://rustup.rs")
    source = """made.rs
#[no_mangle]
pub extern "C" fn fidius_get_registry() -> usize { inner() }
pub fn inner() -> usize { 1 }
"""
    symbols = exported_symbols(shared(tmp_path, [rustc, "--crate-type", "cdylib"], source))
    assert symbols == ["fidius_get_registry"]


def mach_o(symbols: list[tuple[str, int]], *, bits: int = 64, order: str = "<") -> bytes:
    """A minimal dynamic library: its header, LC_ID_DYLIB, LC_SYMTAB, the symbols and their names."""
    names, entries = b"\0", b""
    entry = order + ("IBBHQ" if bits == 64 else "IBBHI")
    for name, kind in symbols:
        entries += struct.pack(entry, len(names), kind, 1 if kind & 0x0E else 0, 0, 0x1000)
        names += name.encode() + b"\0"
    dylib = struct.pack(order + "IIIIII", 0xD, 24 + 8, 24, 2, 0x10000, 0x10000) + b"a.dylib\0"
    size = 28 if bits == 32 else 32
    start = size + len(dylib) + 24
    symtab = struct.pack(order + "IIIIII", 2, 24, start, len(symbols), start + len(entries), len(names))
    magic, cpu = (0xFEEDFACF, 0x0100000C) if bits == 64 else (0xFEEDFACE, 7)
    header = struct.pack(order + "IIIIIII", magic, cpu, 0, 6, 2, len(dylib) + 24, 0)
    return header + (b"\0" * 4 if bits == 64 else b"") + dylib + symtab + entries + names


# Kinds (n_type): 0x0F external in a section, 0x01 undefined, 0x0E local, 0x1F private external, 0x24 debugging.
MACH_SYMBOLS = [
    ("_fidius_get_registry", 0x0F),
    ("_malloc", 0x01),
    ("_local", 0x0E),
    ("_private", 0x1F),
    ("_debug", 0x24),
    ("__double", 0x0F),
    ("plain", 0x0F),
]
MACH_EXPORTED = ["_double", "fidius_get_registry", "plain"]


@pytest.mark.parametrize(("bits", "order"), [(64, "<"), (32, "<"), (32, ">")])
def test_symbols_of_a_mach_o_library(tmp_path: Path, bits: int, order: str) -> None:
    library = tmp_path / "libmade.dylib"
    library.write_bytes(mach_o(MACH_SYMBOLS, bits=bits, order=order))
    assert exported_symbols(str(library)) == MACH_EXPORTED


def test_symbols_of_a_fat_library_are_those_of_every_architecture(tmp_path: Path) -> None:
    first, second = mach_o(MACH_SYMBOLS), mach_o([("_fidius_get_registry", 0x0F), ("_only_here", 0x0F)], bits=32)
    at = 4096
    arches = struct.pack(">IIIII", 0x0100000C, 0, at, len(first), 12) + struct.pack(
        ">IIIII", 7, 0, 2 * at, len(second), 12
    )
    head = struct.pack(">II", 0xCAFEBABE, 2) + arches
    library = tmp_path / "libfat.dylib"
    library.write_bytes(head.ljust(at, b"\0") + first.ljust(at, b"\0") + second)
    assert exported_symbols(str(library)) == ["fidius_get_registry"]


def test_every_cut_of_a_library_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = mach_o(MACH_SYMBOLS)
    library = tmp_path / "cut.dylib"
    for length in range(len(whole)):
        library.write_bytes(whole[:length])
        with pytest.raises(SymbolsError) as error:
            exported_symbols(str(library))
        assert str(error.value).startswith(f"{library}: ")
        assert "\n" not in str(error.value)


def test_a_cut_elf_library_is_refused_in_one_line(tmp_path: Path) -> None:
    made = shared(tmp_path, [need("cc", "install a C compiler"), "-shared", "-fPIC"], C_SOURCE)
    whole = Path(made).read_bytes()
    library = tmp_path / "cut.so"
    for length in [*range(64), *range(64, len(whole) - 1, 997)]:
        library.write_bytes(whole[:length])
        with pytest.raises(SymbolsError) as error:
            exported_symbols(str(library))
        assert "\n" not in str(error.value)


@settings(max_examples=150, deadline=None)
@given(
    magic=st.sampled_from([b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\x7fELF\x02\x01\x01"]),
    rest=st.binary(),
)
def test_garbage_is_refused_or_read_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, magic: bytes, rest: bytes
) -> None:
    library = tmp_path_factory.getbasetemp() / "garbage.so"
    library.write_bytes(magic + rest)
    try:
        assert exported_symbols(str(library)) == []
    except SymbolsError as error:
        assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "an empty file"), (b"MZ\x90\0", "a Windows library"), (b"!<arch>\n", "neither ELF nor Mach-O")],
)
def test_other_files_are_refused_by_kind(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.so").write_bytes(content)
    with pytest.raises(SymbolsError, match=why):
        exported_symbols(str(tmp_path / "a.so"))


def test_no_file_and_no_library(tmp_path: Path) -> None:
    with pytest.raises(SymbolsError, match="cannot be read: No such file"):
        exported_symbols(str(tmp_path / "none.so"))
    source = tmp_path / "a.c"
    source.write_text("int f(void) { return 1; }", encoding="utf-8")
    subprocess.run([need("cc", "install a C compiler"), "-c", "-o", str(tmp_path / "a.o"), str(source)], check=True)
    if sys.platform != "darwin":
        with pytest.raises(SymbolsError, match="ET_REL, not a shared library"):
            exported_symbols(str(tmp_path / "a.o"))
