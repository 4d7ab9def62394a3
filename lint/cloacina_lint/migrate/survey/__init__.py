"""Room migrate/survey/: what there is, at three scales, before anything is changed.

crate           which cargo targets the crate has, which of them holds the workflow; the survey begins here
targets         cargo's targets, found as cargo finds them
dependants      which crates of its workspace depend on it
modules         the modules and items of one target, and what the names in them mean
"""
