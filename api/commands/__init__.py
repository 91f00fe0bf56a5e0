"""The `gongyou` command line.

Heavy modules are imported inside the commands, so that ``gongyou --help`` answers at once.
"""

from __future__ import annotations

import sys

from pydantic import ValidationError

from api.commands import (
    bookings,
    claims,
    corpora,
    evaluating,
    handoffs,
    jobs,
    measuring,
    migrate,
    outbox,
    places,
    policy,
    privacy,
    serving,
    simulating,
    staff,
    subsidies,
    understanding,
)
from api.commands.help_pages import speak_chinese
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import complain, explain_settings
from bot.domain.errors import BotError

speak_chinese()
app = CommandLine(
    name="gongyou",
    help="工友：农民工政策问答和办事服务。第一次用：gongyou serve，然后按提示打开聊天页面。",
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
serving.register(app)
simulating.register(app)
policy.register(app)
jobs.register(app)
bookings.register(app)
claims.register(app)
handoffs.register(app)
places.register(app)
corpora.register(app)
evaluating.register(app)
measuring.register(app)
understanding.register(app)
staff.register(app)
migrate.register(app)
outbox.register(app)
privacy.register(app)
subsidies.register(app)


def main() -> None:
    """Run a command; foreseen failures are said in one plain sentence and end with status 1."""
    try:
        app()
    except ValidationError as error:
        complain(explain_settings(error))
        sys.exit(2)
    except BotError as error:
        complain(str(error))
        sys.exit(1)
