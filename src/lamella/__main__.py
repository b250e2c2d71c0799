"""`python -m lamella`."""

from lamella.doors.cli import main

main()
