"""Room: the command line's parser: a usage error is one line and status 2, with the option that was probably meant."""

from __future__ import annotations

from argparse import ArgumentParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

COULD_NOT_RUN = 2


class Parser(ArgumentParser):
    """argparse without abbreviations and without the usage text before each error."""

    def error(self, message: str) -> NoReturn:
        from difflib import get_close_matches

        words = message.split() if message.startswith("unrecognized arguments") else []
        near = [match for word in words for match in get_close_matches(word, self._option_string_actions, 1)]
        hint = f"did you mean {near[0]}?" if near else f"{self.prog} --help lists the options"
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}; {hint}\n")
