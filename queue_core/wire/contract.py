"""The contract as a table: which topic carries what, from whom to whom, how. The documentation is generated from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_core.wire import messages as m
from queue_core.wire.topics import Topics

_PLACES: Final = {"p-p": "{province}", "o-o": "{office}", "c-c": "{client}"}
_TOPICS: Final = Topics("p-p", "o-o")


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic of the office.

    ``address``: the topic with ``{places}``. ``writers``, ``readers``: accounts the broker's access list admits.
    ``hub_sends``: the hub is the sender, else the receiver. ``expiry_s``: the message's expiry, None: none.
    ``verb``, ``answered``: of a request, and the channel on which its answer comes. ``server``: office or central.
    """

    name: str
    address: str
    message: type[m.Message]
    title: str
    description: str
    writers: str
    readers: str
    hub_sends: bool
    retained: bool = False
    qos: int = 1
    expiry_s: int | None = None
    verb: str | None = None
    answered: str = "reply"
    server: str = "office"


def _address(topic: str) -> str:
    return "/".join(_PLACES.get(part, part) for part in topic.split("/"))


CHANNELS: Final[tuple[Channel, ...]] = (
    Channel(
        name="deviceState",
        address=_address(_TOPICS.device_state("c-c")),
        message=m.DeviceState,
        title="Birth and will",
        description=(
            "A client says `ready` after it has subscribed, `stopping` when it ends; the broker says `lost` for it. "
            "Birth and will carry the same `boot` and `connection`: a will of an older connection is ignored. A client "
            "that sees its own older will come after its birth says the birth again. The hub's state carries `epoch`."
        ),
        writers="the client itself",
        readers="the client itself, the hub; the hub's state: every client",
        hub_sends=False,
        retained=True,
    ),
    Channel(
        name="board",
        address=_address(_TOPICS.board),
        message=m.Board,
        title="The lobby's board",
        description=(
            "Everything called or serving now and all calls of the last 3 minutes. Published before the call it "
            "belongs to. The highest `rev.seq` of an epoch wins; a new epoch, as the hub's birth names it, always "
            "replaces. After a reconnect the hub publishes this alone, no calls."
        ),
        writers="the hub",
        readers="every client",
        hub_sends=True,
        retained=True,
    ),
    Channel(
        name="call",
        address=_address(_TOPICS.call),
        message=m.Call,
        title="A call to show and speak",
        description=(
            "Queued by the receiver when `(epoch, seq)` is new, and judged when its turn to speak comes: spoken if "
            "the board still lists the ticket as called, once instead of twice when more than three wait. Published "
            "only while connected, never kept for later."
        ),
        writers="the hub",
        readers="every client",
        hub_sends=True,
    ),
    Channel(
        name="lobby",
        address=_address(_TOPICS.lobby),
        message=m.Lobby,
        title="What a kiosk shows",
        description="Services, priorities, texts, and whether numbers are given now.",
        writers="the hub",
        readers="every client",
        hub_sends=True,
        retained=True,
    ),
    Channel(
        name="info",
        address=_address(_TOPICS.info),
        message=m.Info,
        title="What the information screen tells",
        description=(
            "Guidance, the month's processing results, codes of results that are ready. Published when any of it "
            "changes; what is empty has no page. Codes only, never a name."
        ),
        writers="the hub",
        readers="every client",
        hub_sends=True,
        retained=True,
    ),
    Channel(
        name="catalogue",
        address=_address(_TOPICS.catalogue),
        message=m.CatalogueVersion,
        title="The list of procedures to have",
        description=(
            "Said whenever the office's catalogue changes. A kiosk whose own has another `hash` fetches `path` from "
            "the hub by HTTP with `If-None-Match`, checks the content against `hash`, and keeps its old one until then."
        ),
        writers="the hub",
        readers="every client",
        hub_sends=True,
        retained=True,
    ),
    Channel(
        name="beat",
        address=_address(_TOPICS.beat),
        message=m.Beat,
        title="The hub lives",
        description="Every 5 s. A display that hears none for 15 s says that it is not live.",
        writers="the hub",
        readers="every client",
        hub_sends=True,
        qos=0,
    ),
    Channel(
        name="events",
        address=_address(_TOPICS.events),
        message=m.Facts,
        title="The events of one commit",
        description=(
            "In the journal's order, with `epoch` and the last event's `seq`. The bus is no store: a mirror "
            "that finds a gap asks for `records`."
        ),
        writers="the hub",
        readers="mirrors, integrators",
        hub_sends=True,
    ),
    Channel(
        name="clock",
        address=_address(_TOPICS.clock),
        message=m.SimulatedTime,
        title="The simulated clock",
        description="Heard only by a hub whose clock is simulated, as its journal says for ever. Loopback only.",
        writers="a driver of simulations",
        readers="the hub",
        hub_sends=False,
    ),
    *(
        Channel(
            name=f"request_{verb}",
            address=_address(_TOPICS.request("c-c", verb)),
            message=model,
            title=f"Request {verb.replace('_', ' ')}",
            description=(
                "Answered on `reply/{client}` with the request's correlation data and nowhere else. "
                + (
                    "Not remembered: each look-up is counted against its device and the office."
                    if verb == "dossier"
                    else "Once a ticket or dossier; without a `value` it is only asked whether it may be, unremembered."
                    if verb == "rate"
                    else "Boards only, unremembered: what a copy that missed a commit asks for."
                    if verb == "records"
                    else "The same `request_id` gets the same answer for 7 days."
                )
                + " A stored (retained) request is not heard."
            ),
            writers="the client itself",
            readers="the hub",
            hub_sends=False,
            verb=verb,
        )
        for verb, model in m.REQUESTS.items()
    ),
    Channel(
        name="reply",
        address=_address(_TOPICS.reply("c-c")),
        message=m.Reply,
        title="The hub's answer",
        description="`ok` false: nothing has changed, and `error` says in two languages what to do.",
        writers="the hub",
        readers="the client itself",
        hub_sends=True,
        expiry_s=30,
    ),
    Channel(
        name="printJob",
        address=_address(_TOPICS.print_job("c-c")),
        message=m.PrintJob,
        title="A slip for this kiosk's printer",
        description=(
            "An officer gave or reprints a number and wants the slip here. Sent only while the kiosk is there, never "
            "kept for later; the same `request_id` twice is printed once, and nothing after `deadline_ms` of the "
            "hub's clock. The outcome comes as request `slip`."
        ),
        writers="the hub",
        readers="the client itself",
        hub_sends=True,
        expiry_s=30,
    ),
    Channel(
        name="officeAtCentral",
        address=_address(_TOPICS.device_state("o-o")),
        message=m.DeviceState,
        title="An office's birth and will at central",
        description="As at the office's own broker; the office's account at central is its id. Carries `epoch`.",
        writers="the office's hub",
        readers="the office's hub, central",
        hub_sends=True,
        retained=True,
        server="central",
    ),
    Channel(
        name="request_uplink",
        address=_address(_TOPICS.request("o-o", "uplink")),
        message=m.UplinkRequest,
        title="The journal on its way to the province",
        description=(
            "At most 50 records, strictly in order, one request at a time. Answered after central's commit. A record "
            "is known by office, `epoch` and its number: what central has is compared, not written; other contents "
            "are refused (`central.two_hubs`)."
        ),
        writers="the office's hub",
        readers="central",
        hub_sends=True,
        verb="uplink",
        answered="centralReply",
        server="central",
    ),
    Channel(
        name="centralReply",
        address=_address(_TOPICS.reply("o-o")),
        message=m.Reply,
        title="Central's answer",
        description="`uplink` tells how far central is; the hub goes on behind that, even if that is a step back.",
        writers="central",
        readers="the office's hub",
        hub_sends=False,
        expiry_s=30,
        server="central",
    ),
)
