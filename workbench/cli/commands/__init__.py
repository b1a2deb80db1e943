"""One module a command; `workbench.cli.main` loads the one that is asked for."""
