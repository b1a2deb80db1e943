"""`python -m workbench.cli` is the console script, for where the script is not on the path."""

from workbench.cli.main import main

main()
