"""One example of each message, as the contract shows it. They are models, so they are always valid."""

from __future__ import annotations

from typing import Final

from queue_core.dossiers import BRING, RULES, STEPS, DossierState
from queue_core.wire import messages as m
from queue_core.wire.errors import WireError

_REV: Final = m.Rev(epoch="7f3a9c0e51d24b68", seq=1284)
_AT_MS: Final = 1_795_314_600_000  # 2026-11-22 09:30 in Viet Nam
_HASH: Final = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
_CIVIL: Final = {"vi": "Hộ tịch", "en": "Civil status"}
_OFFICE: Final = {
    "vi": "Trung tâm Phục vụ hành chính công xã An Bình",
    "en": "An Binh Commune Public Administrative Service Centre",
}
_TICKET: Final = m.TicketBody(
    ticket="118-A007", number="A007", service="ho-tich", service_name=_CIVIL, counters=[2, 3], issued_ms=_AT_MS,
    date="2026-11-22", time="09:30", wait=m.Wait(ahead=4, low_min=15, high_min=30),
)  # fmt: skip
_TOO_LARGE: Final = WireError("wire.too_large", size_bytes=300_000, limit_bytes=m.MAX_PAYLOAD_BYTES)

EXAMPLES: Final[tuple[m.Message, ...]] = (
    m.DeviceState(
        state="ready", boot="91c2d7aa04be63f0", connection=2, kind="kiosk", version="0.1.0",
        alerts=["paper_near_end"], asof_ms=_AT_MS,
        health=m.DeviceHealth(
            printer="ok", paper="near_end", cover_open=False, scanner="there", camera="none", temperature_c=51.5,
            undervoltage=False, disk_free_mb=21_400, disk_writable=True, disk_errors=0, uptime_s=261_000,
            versions={"motcua": "0.1.0", "python": "3.11.2", "os": "Debian GNU/Linux 12 (bookworm)"},
        ),
    ),
    m.Board(
        rev=_REV, asof_ms=_AT_MS, day=118, date="2026-11-22", office=_OFFICE,
        calls=[
            m.BoardCall(
                ticket="118-A007", number="A007", counter="quay-2", counter_number=2, service="ho-tich",
                state="called", call_seq=1284, called_ms=_AT_MS, times=1,
            ),
        ],
        counters=[
            m.BoardCounter(
                id="quay-2", number=2, name=_CIVIL, status="open", ticket_number="A007", service="ho-tich"
            ),
        ],
        services=[
            m.BoardService(
                id="ho-tich", name=_CIVIL, waiting=4, wait=m.Wait(ahead=4, low_min=15, high_min=30)
            ),
        ],
    ),
    m.Call(
        rev=_REV, asof_ms=_AT_MS, ticket="118-A007", number="A007", counter="quay-2", counter_number=2,
        service="ho-tich", times=1,
    ),
    m.Beat(rev=_REV, asof_ms=_AT_MS),
    m.CatalogueVersion(
        rev=_REV, asof_ms=_AT_MS, hash=_HASH, bytes=6_012_928, procedures=666, path=f"/catalogue/{_HASH}.db"
    ),
    m.Lobby(
        rev=_REV, asof_ms=_AT_MS, office_id="an-binh", office=_OFFICE, date="2026-11-22",
        services=[
            m.LobbyService(
                id="ho-tich", name=_CIVIL, examples={"vi": "khai sinh, kết hôn", "en": "birth, marriage"},
                waiting=4, wait=m.Wait(ahead=4, low_min=15, high_min=30), counters=[2, 3],
            ),
        ],
        priorities=[m.LobbyPriority(id="nguoi-cao-tuoi", name={"vi": "Người cao tuổi", "en": "Elderly"})],
    ),
    m.Info(
        rev=_REV, asof_ms=_AT_MS,
        guidance=[
            m.InfoGuidance(
                title={"vi": "Chứng thực bản sao", "en": "Certified copies"},
                text={"vi": "Mang theo bản chính.\nNhận kết quả trong ngày.", "en": "Bring the original."},
            ),
        ],
        results=m.InfoResults(month="2026-11", received=412, returned=388, on_time_percent=98.7),
        ready=["H10.35-261118-0007"],
    ),
    m.Facts(
        epoch=_REV.epoch, seq=_REV.seq,
        events=[{"kind": "ticket_called", "seq": 1284, "ticket": "118-A007", "counter": "quay-2"}],
    ),
    m.SimulatedTime(utc_ms=_AT_MS),
    m.IssueRequest(request_id="kiosk-1:5d1f0c77", service="ho-tich", priority="nguoi-cao-tuoi"),
    m.DossierRequest(request_id="kiosk-1:5d1f0c83", code="H55.242-261102-0017", secret="7KQM"),  # noqa: S106
    m.RateRequest(request_id="kiosk-1:5d1f0c84", number="A007", value=1, scale=3, reasons=["time"], given_ms=_AT_MS),
    m.CheckInRequest(request_id="kiosk-1:5d1f0c78", booking="402913"),
    m.CancelRequestRequest(request_id="kiosk-1:5d1f0c79", of="kiosk-1:5d1f0c77"),
    m.SlipRequest(request_id="kiosk-1:5d1f0c80", ticket="118-A007", ok=True),
    m.HelpRequest(request_id="kiosk-1:5d1f0c81"),
    m.AlertRequest(request_id="kiosk-1:5d1f0c82", kind="paper_out", on=True),
    m.WitnessRequest(
        request_id="kiosk-1:5d1f0c83", epoch=_REV.epoch, date="2026-11-22", numbers=["A015", "HT-004"],
    ),
    m.KeypadRequest(request_id="signs-1:5d1f0c84", counter="quay-2", key="next"),
    m.RecordsRequest(request_id="board-1:5d1f0c85", epoch=_REV.epoch, after=1283),
    m.UplinkRequest(
        request_id="5d1f0c865d1f0c865d1f0c86", epoch=_REV.epoch, after=1283, after_hash=_HASH,
        rows=[
            (1284, 118, "counter_opened", "91c2d7aa04be63f0", 5_120_400, "ntp", None,
             f'{{"v":1,"type":"counter_opened","at_ms":{_AT_MS},"by":"officer:lan","counter":"quay-2"}}', _HASH[::-1]),
        ],
    ),
    m.Reply(ok=True, request_id="kiosk-1:5d1f0c77", rev=_REV, ticket=_TICKET),
    m.Reply(
        ok=True, request_id="5d1f0c865d1f0c865d1f0c86", uplink=m.UplinkBody(epoch=_REV.epoch, seq=1284)
    ),
    m.PrintJob(
        request_id="p-2f61c09d4b7a", asof_ms=_AT_MS, deadline_ms=_AT_MS + 30_000, ticket=_TICKET, office=_OFFICE,
        no_show_after=3, no_show_limit=3, reprint=True,
    ),
    m.Reply(
        ok=True, request_id="kiosk-1:5d1f0c83",
        dossier=m.DossierBody(
            code="H55.242-261102-0017", steps=[{"vi": vi, "en": en} for vi, en in STEPS], step=4, mark="your_turn",
            offer=m.DossierOffer(
                kind="number", service_kind="collect", service="tra-ket-qua",
                sentence=dict(zip(("vi", "en"), RULES[DossierState.READY].sentence, strict=True)),
                bring=dict(zip(("vi", "en"), BRING["collect"], strict=True)),
            ),
            details=m.DossierDetails(counters=[1]),
        ),
    ),
    m.Reply(ok=False, error=m.ErrorBody(key=_TOO_LARGE.key, vi=_TOO_LARGE.vi, en=_TOO_LARGE.en)),
)  # fmt: skip


def examples_of(model: type[m.Message]) -> list[m.Message]:
    """The examples of exactly this message."""
    return [example for example in EXAMPLES if type(example) is model]
