"""Load tests: a collection played over and over by users, or at a rate, through the same calls as a run.

`drive` starts and stops the plays, `tally` counts them, `thresholds` judges the counts, `shown` writes them down.
"""
