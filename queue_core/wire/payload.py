"""Between bytes and messages: the only place where a payload is read, and where it is refused with a key."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from queue_core.problem_words import problem_words
from queue_core.wire.errors import WireError
from queue_core.wire.messages import MAX_PAYLOAD_BYTES, VERSION, Message

M = TypeVar("M", bound=Message)

#: how much of a stranger's value is repeated in an error
_ECHO_CHARACTERS = 40


def read(model: type[M], payload: bytes) -> M:
    """The message in a payload of UTF-8 JSON.

    Raises :class:`WireError` and nothing else, whatever the bytes: ``wire.too_large`` (details ``size_bytes``,
    ``limit_bytes``), ``wire.version`` (``got``, ``known``; a missing ``v`` counts as unknown) or ``wire.malformed``
    (``path``, ``problem``).
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise WireError("wire.too_large", size_bytes=len(payload), limit_bytes=MAX_PAYLOAD_BYTES)
    try:
        message = model.model_validate_json(payload)
    except ValidationError as error:
        raise _refusal(error) from None
    if "v" not in message.model_fields_set:
        raise WireError("wire.version", got="–", known=VERSION)
    return message


def write(message: Message) -> bytes:
    """The payload of a message. Raises :class:`WireError` ``wire.too_large``: what nobody accepts is not sent."""
    payload = message.model_dump_json().encode()
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise WireError("wire.too_large", size_bytes=len(payload), limit_bytes=MAX_PAYLOAD_BYTES)
    return payload


def _refusal(error: ValidationError) -> WireError:
    problems = error.errors(include_url=False)
    for problem in problems:
        # The version first: a message of another version may differ anywhere else, and that is not its fault.
        if problem["loc"] == ("v",):
            return WireError("wire.version", got=_echo(problem["input"]), known=VERSION)
    first = problems[0]
    path = ".".join(str(part) for part in first["loc"]) or "$"
    said = {key: _clean(text) for key, text in problem_words(first).items()}
    return WireError("wire.malformed", path=_clean(path), **said)


def _echo(value: object) -> str:
    return _clean(repr(value))


def _clean(text: str) -> str:
    """Short, printable and valid as UTF-8: an error goes back over the wire and onto a screen."""
    short = text if len(text) <= _ECHO_CHARACTERS * 4 else text[: _ECHO_CHARACTERS * 4] + "…"
    return "".join(sign if sign.isprintable() else "?" for sign in short)
