"""Keras' own file, .keras: a ZIP archive, of which only the member config.json is read.

Source: keras/src/saving/saving_lib.py.
"""

from __future__ import annotations

from typing import IO

from lamella.design import Design
from lamella.errors import Place, SourceError, problem
from lamella.texts.languages import Phrase, phrase

CONFIG = "config.json"

_LARGEST_DIRECTORY = 2 * 1024 * 1024
"""Bytes of an archive's table of members; Keras writes three or four members of about a hundred bytes."""


def match(ending: str, start: bytes) -> bool:
    """By its ending; without one, by a ZIP archive's first bytes."""
    return ending == ".keras" or (not ending and start.startswith(b"PK\x03\x04"))


def load(file: IO[bytes], name: str) -> Design:
    """The design in a `.keras` file. Raises `SourceError`."""
    from lamella.sources.keras_json import read_config

    return read_config(*_config(file, name))


def _config(file: IO[bytes], name: str) -> tuple[bytes, str, int]:
    """The text of config.json, read without trusting what the archive says of its size, and its bytes in the file."""
    import zlib
    from io import SEEK_END
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

    from lamella.sources.bounded import Bounded, TooLarge
    from lamella.sources.keras_json import largest_config

    opened = False
    try:
        with ZipFile(Bounded(file, _LARGEST_DIRECTORY)) as archive:
            opened = True
            member = archive.getinfo(CONFIG)
        if member.flag_bits & 1:
            raise _broken(name, phrase("config.json is encrypted", "config.json이 암호화되어 있습니다"))
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _broken(name, phrase("config.json is packed in an unusual way", "config.json의 압축 방식이 다릅니다"))
        packed = min(member.compress_size, file.seek(0, SEEK_END))
        most = largest_config(packed)
        whole = Bounded(file, _LARGEST_DIRECTORY + 2 * most)
        with ZipFile(whole) as archive, archive.open(member) as text:
            return text.read(most + 1), name, packed
    except KeyError:
        raise _broken(name, phrase("it holds no config.json", "config.json이 없습니다")) from None
    except TooLarge:
        raise _broken(name, phrase("it lists too many members", "담긴 파일이 너무 많습니다")) from None
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        reason = phrase("it is no zip archive, or its end is missing", "zip 파일이 아니거나 끝부분이 없습니다")
        if opened:
            reason = phrase("config.json in it is damaged", "안에 든 config.json이 손상되었습니다")
        raise _broken(name, reason) from None


def _broken(name: str, reason: Phrase) -> SourceError:
    return SourceError(problem("model file broken", Place(file=name), format=".keras", reason=reason))
