"""Room deep/: the names that a shared library exports, read from the file. The library is never loaded: its
constructors would run inside the linter."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

REGISTRY_SYMBOL = "fidius_get_registry"

_ELF = b"\x7fELF"
_MACH_O = {
    bytes.fromhex(magic)
    for magic in ("feedface", "cefaedfe", "feedfacf", "cffaedfe", "cafebabe", "bebafeca", "cafebabf", "bfbafeca")
}
_N_STAB, _N_PEXT, _N_TYPE, _N_EXT, _N_UNDF = 0xE0, 0x10, 0x0E, 0x01, 0x00


class SymbolsError(Exception):
    """The file cannot be read as a shared library; one line, with the path."""


def exported_symbols(path: str) -> list[str]:
    """The defined global and weak dynamic symbols of an ELF or Mach-O library, sorted, each once.

    Mach-O: without the leading underscore; of a fat file the names that every architecture exports. Raises
    SymbolsError for a file that is missing, of another format, or broken.
    """
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            magic = file.read(4)
            file.seek(0)
            if magic == _ELF:
                return _parsed(path, "ELF", lambda: _elf(file, size))
    except OSError as error:
        raise SymbolsError(f"{path}: cannot be read: {error.strerror or error}") from error
    if magic in _MACH_O:
        return _parsed(path, "Mach-O", lambda: _mach_o(path, size))
    kind = "an empty file" if not magic else "a Windows library" if magic[:2] == b"MZ" else "neither ELF nor Mach-O"
    raise SymbolsError(f"{path}: not a shared library that can be read here: {kind}")


def _parsed(path: str, kind: str, parse: Any) -> list[str]:
    try:
        names: set[str] = parse()
    except SymbolsError as error:
        raise SymbolsError(f"{path}: broken {kind} file: {error}") from error
    except OSError:
        raise
    # The two parsers answer a damaged file with whatever goes wrong first: KeyError, struct.error, AssertionError ...
    except Exception as error:
        reason = str(error).strip().splitlines()
        raise SymbolsError(f"{path}: broken {kind} file ({reason[0] if reason else type(error).__name__})") from error
    return sorted(names)


def _elf(file: BinaryIO, size: int) -> set[str]:
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    elf = ELFFile(file)
    if elf["e_type"] != "ET_DYN":
        raise SymbolsError(f"of type {elf['e_type']}, not a shared library")
    if elf["e_shoff"] + elf["e_shnum"] * elf["e_shentsize"] > size:
        raise SymbolsError("it is cut off before its section headers")
    table = elf.get_section_by_name(".dynsym")
    if not isinstance(table, SymbolTableSection):
        raise SymbolsError("it has no table of dynamic symbols")
    if table["sh_offset"] + table["sh_size"] > size:
        raise SymbolsError("it is cut off inside its table of dynamic symbols")
    names = set()
    for symbol in table.iter_symbols():
        bind, visibility = symbol["st_info"]["bind"], symbol["st_other"]["visibility"]
        exported = bind in ("STB_GLOBAL", "STB_WEAK", "STB_LOOS") and visibility in ("STV_DEFAULT", "STV_PROTECTED")
        if exported and symbol["st_shndx"] != "SHN_UNDEF" and symbol.name:
            names.add(symbol.name)
    return names


def _mach_o(path: str, size: int) -> set[str]:
    from macholib.MachO import MachO  # type: ignore[import-untyped]
    from macholib.SymbolTable import SymbolTable  # type: ignore[import-untyped]

    image = MachO(path)
    common: set[str] | None = None
    for header in image.headers:
        command = header.getSymbolTableCommand()
        names = set()
        if command is not None:
            if header.offset + max(command.symoff, command.stroff + command.strsize) > size:
                raise SymbolsError("it is cut off inside its symbol table")
            for entry, name in SymbolTable(image, header=header).nlists:
                kind = int(entry.n_type)
                exported = kind & _N_EXT and not kind & (_N_STAB | _N_PEXT) and kind & _N_TYPE != _N_UNDF
                if exported and name:
                    names.add(name.decode("utf-8", "replace").removeprefix("_"))
        common = names if common is None else common & names
    if common is None:
        raise SymbolsError("it holds no architecture")
    return common
