"""Room migrate/programs/: what main, the examples and the tests did with the engine. step.py begins.

runs            where a program runs the workflow, and the steps around it in order
values          what a chain of calls or a function hands on of a run
branches        loops, conditions and matches around a run, and on one
tails           a function's value that is a condition or a match, and parameters of a generic kind
in_macros       what is run in the arguments of a macro
sequence        such steps: statements, loops, executions
calls           where code executes a workflow, and which functions lead there
embedded        tests that stay, and run the workflow on an engine of their own
started         tests that stay, and start a program that has left
binaries        programs and examples that stay beside the library

What they did is written as a test by service_test/.
"""
