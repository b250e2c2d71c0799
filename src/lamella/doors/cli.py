"""The command line: finds the command, and ends with the right words and status when something is wrong."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from lamella import __version__
from lamella.doors.language import LANGUAGE, LONGEST_LINE, help_text
from lamella.errors import LamellaError
from lamella.texts.languages import chosen_language, plain
from lamella.texts.words import say

COMMANDS = (
    *("plan", "check", "solve", "sizes", "mirror", "diff", "new", "port", "explain", "draw"),
    *("train", "restore", "report", "export", "see", "claims", "bench", "demo"),
)


class _Commands(click.Group):
    """Commands that are loaded when called: planning must not wait for what training needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click calls it so)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"lamella.doors.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from lamella.layers.arguments import closest

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = closest(args[0], COMMANDS)
            key = "no command near" if near else "no command"
            ctx.fail(say(key, LANGUAGE.now, name=args[0], near=near, known=COMMANDS))
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from platform import python_version

        from lamella.building.versions import engine_versions

        click.echo(f"lamella {__version__} (Python {python_version()})")
        for name, found in engine_versions().items():
            click.echo(f"  {name} {found or say('engine missing', LANGUAGE.now)}")
        ctx.exit()


def _for_all(quiet: bool, seed: int | None) -> None:
    """Options in front of the command hold for it too."""
    given = {"quiet": True} if quiet else {}
    settings = given | ({} if seed is None else {"seed": seed})
    click.get_current_context().default_map = dict.fromkeys(COMMANDS, settings)


def _group() -> click.Group:
    version = click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_version, help=help_text("version")
    )
    lang = click.Option(["--lang"], type=click.Choice(["en", "ko"]), expose_value=False, help=help_text("lang"))
    quiet = click.Option(["--quiet"], is_flag=True, help=help_text("quiet"))
    seed = click.Option(["--seed"], type=click.IntRange(0, 2**32 - 1), help=help_text("seed"))
    return _Commands(
        "lamella",
        callback=_for_all,
        params=[version, lang, quiet, seed],
        help=help_text("lamella"),
        no_args_is_help=True,
    )


def main() -> None:
    """Runs one command. Exit status: 0 fine, 1 findings or failure, 2 misuse, 4 some pictures failed, 130 Ctrl-C."""
    LANGUAGE.now = chosen_language(_asked(sys.argv[1:]))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = _group().main(prog_name="lamella", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except LamellaError as error:
        for each in error.problems:
            line = f"{say(each.severity, LANGUAGE.now)}: {each.text(LANGUAGE.now)}"
            click.echo(plain(line, LONGEST_LINE), err=True)
        status = error.exit_status
    except click.ClickException as error:
        error.show()
        status = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("stopped", LANGUAGE.now), err=True)
        status = 130
    except OSError as error:
        if error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
        if not isinstance(error, BrokenPipeError):
            click.echo(say("output lost", LANGUAGE.now, reason=error.strerror), err=True)
            status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _asked(arguments: list[str]) -> str | None:
    """The language given on the command line: help is put together before click reads the options."""
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None
