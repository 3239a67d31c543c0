"""A device asks for its certificates: over HTTPS, or by a USB stick that is carried to the authority and back.

The message is the same both ways: ``{"token", "device", "requests": {instance: PEM}}``, answered by
``{"certificates": {instance: PEM}, "denied": PEM}`` or ``{"error": {"key", "vi", "en"}}``.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from provisioning.apply import Target, put
from provisioning.errors import ProvisionError, TokenError
from provisioning.identity import (
    IDENTITY,
    ROOT,
    Setting,
    identity_problems,
    install,
    install_denied,
    make_requests,
    read_setting,
)
from provisioning.tree import Tree

WAIT_S: Final = 10.0
MAX_MESSAGE_BYTES: Final = 64 * 1024
#: on the stick; the device's name is in the file's, so one stick serves a whole office
_STEM: Final = "motcua-{device}"

Pem = Annotated[str, Field(max_length=8000, pattern=r"^-----BEGIN [A-Z0-9 ]+-----[A-Za-z0-9+/=\s-]+$")]
Instance = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Request(_Message):
    """What a device asks."""

    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    device: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}/[a-z0-9-]{1,32}$")]
    requests: Annotated[dict[Instance, Pem], Field(min_length=1, max_length=8)]


class Refusal(_Message):
    """Why it gets none."""

    key: Annotated[str, Field(max_length=60)]
    vi: str = ""
    en: str = ""


class Answer(_Message):
    """What it gets."""

    certificates: dict[Instance, Pem] = {}
    denied: Annotated[str, Field(max_length=1_000_000)] = ""
    error: Refusal | None = None


Outcome = Literal["enrolled", "already"]


def enrol(
    target: Target, token: str | None, *, folder: Path | None = None, url: str | None = None, renew: bool = False
) -> Outcome:
    """Give every process instance of the device its identity; "already" when each has one that is good.

    ``folder``: a stick instead of the network; ``url``: another address than the device's own setting has; ``renew``:
    ask, though each looks good (an identity that only central has denied does). A deny
    list that is newer is taken along. Raises ProvisionError: enrol.no_setting, enrol.away, enrol.wrong_answer,
    enrol.waiting (the requests are on the stick); TokenError.
    """
    setting = read_setting(target.root)
    address = url or (setting.authority.url if setting.authority else None)
    identities = Tree(device=setting.name, entries=(), identities=setting.instances)
    if not renew and not identity_problems(target, identities):
        with contextlib.suppress(ProvisionError):  # none is no reason to stop
            take_deny_list(target, folder=folder, url=url)
        # The newer list may name this very device: with a token it begins again at once.
        if not token or not identity_problems(target, identities):
            return "already"
    if folder is None and address is None:
        raise ProvisionError("enrol.away", url="–", problem="no address in device.yaml")
    answered = _from_stick(folder, setting) if folder else None
    if answered is not None and folder is not None:
        # Spent, whatever it says: after a refusal the next run writes a new request.
        for path in _paths(folder, setting.name):
            path.unlink(missing_ok=True)
    if answered is None:
        if not token:
            raise TokenError("enrol.token_unknown")
        requests = make_requests(target, setting.instances)
        texts = {instance: request.decode() for instance, request in requests.items()}
        request = Request(token=token, device=setting.name, requests=texts)
        answered = _ask(target.root, str(address), request) if folder is None else _onto_stick(folder, request)
    _take(target, setting, answered)
    return "enrolled"


def _take(target: Target, setting: Setting, answer: Answer) -> None:
    if answer.error is not None:
        raise _refused(answer.error)
    if answer.denied:
        install_denied(target, answer.denied.encode())
    install(target, setting.instances, {one: text.encode() for one, text in answer.certificates.items()})


def _refused(refusal: Refusal) -> ProvisionError:
    return TokenError(refusal.key) if refusal.key.startswith("enrol.token_") else ProvisionError(
        "enrol.bad_request", problem=refusal.en[:200]
    )  # fmt: skip


def take_deny_list(target: Target, *, folder: Path | None = None, url: str | None = None) -> bool:
    """Take the office's deny list when it is newer than the device's own; gives whether it was.

    Raises ProvisionError enrol.no_setting, enrol.away.
    """
    setting = read_setting(target.root)
    address = url or (setting.authority.url if setting.authority else None)
    if folder is None and address is None:
        raise ProvisionError("enrol.away", url="–", problem="no address in device.yaml")
    try:
        if folder is not None:
            data = (folder / f"motcua-{setting.office}.denied.pem").read_bytes()
        else:
            data = _get(target.root, f"{address}/v1/denied/{setting.office}")
    except (OSError, ValueError) as error:
        where = str(folder or address)
        raise ProvisionError("enrol.away", url=where, problem=str(getattr(error, "reason", error))) from error
    return install_denied(target, data)


def _context(root: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(root / ROOT))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _get(root: Path, url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=WAIT_S, context=_context(root)) as answer:  # noqa: S310 -- https only, checked
        return bytes(answer.read(1_000_000))


def _ask(root: Path, url: str, request: Request) -> Answer:
    body = request.model_dump_json().encode()
    post = urllib.request.Request(  # noqa: S310 -- the address was checked to be https
        f"{url}/v1/enrol", data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(post, timeout=WAIT_S, context=_context(root)) as answer:  # noqa: S310
            data = answer.read(2_000_000)
    except urllib.error.HTTPError as error:
        data = error.read(MAX_MESSAGE_BYTES)
    except (OSError, ValueError) as error:
        raise ProvisionError("enrol.away", url=url, problem=str(getattr(error, "reason", error))) from error
    try:
        return Answer.model_validate_json(data)
    except ValidationError as error:
        raise ProvisionError("enrol.away", url=url, problem="no answer of a Motcua authority") from error


def _paths(folder: Path, device: str) -> tuple[Path, Path]:
    stem = _STEM.format(device=device.replace("/", "--"))
    return folder / f"{stem}.request.json", folder / f"{stem}.answer.json"


def _from_stick(folder: Path, setting: Setting) -> Answer | None:
    path = _paths(folder, setting.name)[1]
    try:
        return Answer.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise ProvisionError("enrol.wrong_answer", instance=setting.name, problem=path.name) from error


def _onto_stick(folder: Path, request: Request) -> Answer:
    path = _paths(folder, request.device)[0]
    put(path, request.model_dump_json().encode(), mode=0o600)
    raise ProvisionError("enrol.waiting", folder=str(folder))


def requests_on(folder: Path) -> list[Path]:
    """The requests on a stick that nobody has answered."""
    return sorted(path for path in folder.glob("motcua-*--*.request.json") if not answer_path(path).exists())


def answer_path(request: Path) -> Path:
    """Where the answer to a request lies."""
    return request.with_name(request.name.removesuffix(".request.json") + ".answer.json")


def dump_refusal(error: ProvisionError) -> bytes:
    """A refusal as JSON."""
    return json.dumps({"error": {"key": error.key, "vi": error.vi, "en": error.en}}, ensure_ascii=False).encode()


__all__ = [
    "IDENTITY",
    "Answer",
    "Outcome",
    "Refusal",
    "Request",
    "answer_path",
    "enrol",
    "requests_on",
    "take_deny_list",
]
