"""Every message on the office's bus, and between it and the province, as a model.

``docs/asyncapi.yaml`` is generated from these.

A payload is UTF-8 JSON. Unknown fields are ignored; a version (``v``) that is not known is refused with a keyed
error. Retained messages carry ``rev`` (epoch and journal position) and ``asof_ms``. No name or number of a
citizen is ever in one: ticket numbers, services, counters and dossier codes only.
"""

from __future__ import annotations

from queue_core.wire.base import (
    MAX_PAYLOAD_BYTES,
    VERSION,
    Message,
    RecordRow,
    Rev,
    Wait,
)
from queue_core.wire.devices import (
    DeviceHealth,
    DeviceState,
)
from queue_core.wire.lobby import (
    CatalogueVersion,
    Lobby,
    LobbyPrefix,
    LobbyPriority,
    LobbyRating,
    LobbyService,
)
from queue_core.wire.published import (
    Beat,
    Board,
    BoardCall,
    BoardCounter,
    BoardService,
    Call,
    DossierCode,
    Facts,
    Info,
    InfoGuidance,
    InfoResults,
    SimulatedTime,
)
from queue_core.wire.replies import (
    DossierBody,
    DossierDetails,
    DossierOffer,
    ErrorBody,
    PrintJob,
    RecordsBody,
    Reply,
    TicketBody,
    UplinkBody,
)
from queue_core.wire.requests import (
    CENTRAL_REQUESTS,
    REQUESTS,
    AlertRequest,
    CancelRequestRequest,
    CheckInRequest,
    DossierRequest,
    HelpRequest,
    IssueRequest,
    KeypadRequest,
    RateRequest,
    RecordsRequest,
    Request,
    RequestId,
    SlipRequest,
    UplinkRequest,
    WitnessRequest,
)

__all__ = [
    "CENTRAL_REQUESTS",
    "MAX_PAYLOAD_BYTES",
    "REQUESTS",
    "VERSION",
    "AlertRequest",
    "Beat",
    "Board",
    "BoardCall",
    "BoardCounter",
    "BoardService",
    "Call",
    "CancelRequestRequest",
    "CatalogueVersion",
    "CheckInRequest",
    "DeviceHealth",
    "DeviceState",
    "DossierBody",
    "DossierCode",
    "DossierDetails",
    "DossierOffer",
    "DossierRequest",
    "ErrorBody",
    "Facts",
    "HelpRequest",
    "Info",
    "InfoGuidance",
    "InfoResults",
    "IssueRequest",
    "KeypadRequest",
    "Lobby",
    "LobbyPrefix",
    "LobbyPriority",
    "LobbyRating",
    "LobbyService",
    "Message",
    "PrintJob",
    "RateRequest",
    "RecordRow",
    "RecordsBody",
    "RecordsRequest",
    "Reply",
    "Request",
    "RequestId",
    "Rev",
    "SimulatedTime",
    "SlipRequest",
    "TicketBody",
    "UplinkBody",
    "UplinkRequest",
    "Wait",
    "WitnessRequest",
]
