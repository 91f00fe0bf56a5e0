"""``python -m api.commands`` is ``gongyou``."""

from api.commands import main

main()
