"""Room migrate/service_test/: tests/service_mode.rs, in which a program's run goes on as a test. carried.py begins.

carried         from an entry function that runs the workflow to a test function that does the same
slicing         which of the program's steps build the context, and which check the result
arguments       steps that read the command line, with no arguments in their place
errors          whether a program's `?` means the same in a test
setting_up      what a program does beside its runs, and a test does not
asserting       which of them say what an execution has to come to
carrying        what the code taken along needs: imports, copies, other paths
reach           what the names in it mean; harmless: which of them a test may use
composing       the text of the file; harness: the part that the template has too
formatting      rustfmt, where it is there
"""
