"""One file for each subcommand: its arguments (`add_arguments`) and what it does (`run`).

None loads torch before it has decided that there is something to do.
"""
