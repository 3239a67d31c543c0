"""The demo's report: one HTML file beside its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.demo.morning import Facts

PICTURES = (
    ("home.png", "Kiosk: trang đầu", "Kiosk: home"),
    ("services.png", "Kiosk: chọn việc cần làm", "Kiosk: choosing the matter"),
    ("number.png", "Kiosk: số của quý vị", "Kiosk: the number"),
    ("slip.png", "Phiếu in ra", "The printed slip"),
    ("console.png", "Trang của cán bộ", "The officer's console"),
    ("board.png", "Bảng gọi số", "The television board"),
    ("sign.png", "Bảng số trên quầy", "The sign above the counter"),
    ("receipt.png", "Giấy tiếp nhận hồ sơ", "The dossier's receipt"),
    ("rest.png", "Kiosk nghỉ, chờ có người", "Kiosk at rest, until somebody comes near"),
    ("dossier.png", "Quét giấy tiếp nhận: hồ sơ đến đâu", "The receipt scanned: where the dossier stands"),
    ("help.png", "Nút “Cần giúp” trên bảng nút", "Help, by the panel's button"),
)
_STYLE = """
body{font:17px/1.5 system-ui,sans-serif;color:#10243E;background:#F4F7FB;margin:2rem auto;
max-width:72rem;padding:0 1rem}
h1{color:#084482} figure{display:inline-block;margin:0 1.5rem 1.5rem 0;vertical-align:top;background:#fff;padding:1rem;
border-radius:12px;box-shadow:0 1px 4px #0002}
img{max-height:30rem;max-width:32rem;display:block;border:1px solid #D3DCE6}
figcaption{margin-top:.5rem} table{border-collapse:collapse;background:#fff} td,th{border:1px solid #D3DCE6;
padding:.4rem .8rem;text-align:left} .big{font-size:3rem;font-weight:700;color:#0B5CAB}
"""


def _rows(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<tr><td>{escape(one)}</td><td>{escape(two)}</td></tr>" for one, two in pairs)


def write_report(out: Path, facts: Facts) -> None:
    """Write ``report.html`` into the folder of the pictures."""
    pictures = "".join(
        f'<figure><img src="{name}" alt="{escape(vi)}">'
        f"<figcaption>{escape(vi)}<br><small>{escape(en)}</small></figcaption></figure>"
        for name, vi, en in PICTURES
        if (out / name).exists()
    )
    seen = "".join(
        f"<tr><td>{escape(place)}</td><td>{escape(number)}</td></tr>" for place, number in facts.seen.items()
    )
    took = "".join(f"<tr><td>{escape(what)}</td><td>{seconds} s</td></tr>" for what, seconds in facts.seconds.items())
    lamps = "".join(
        f"<tr><td>{escape(moment)}</td><td>{escape(lamp)}</td><td>{escape(how)}</td></tr>"
        for moment, lamp, how in facts.panel
    )
    sound = '<p><audio controls src="voice.wav"></audio></p>' if (out / "voice.wav").exists() else ""
    (out / "report.html").write_text(
        f"""<!doctype html><html lang="vi"><meta charset="utf-8"><title>Motcua demo</title><style>{_STYLE}</style>
<h1>Một văn phòng đang làm việc <small>/ an office at work</small></h1>
<p class="big">{escape(facts.number)}</p>
<h2>Cùng một số ở mọi nơi / the same number everywhere</h2><table>{seen}</table>{sound}
<h2>Bảng nút, đèn báo, cảm biến / the kiosk's panel</h2>
<table><tr><th>lúc / when</th><th>chân / pin</th><th>đã thấy / seen</th></tr>{lamps}</table>
<h2>Máy quét đọc Giấy tiếp nhận / the scanner reads the receipt</h2><table>
<tr><td>mã trên giấy, đã quét / code on the paper, as scanned</td><td>{escape(facts.receipt)}</td></tr>
<tr><td>kiosk trả lời / the kiosk says</td><td>{escape(facts.dossier)}</td></tr></table>
<h2>Hình / pictures</h2>{pictures}
<h2>Thời gian / how long it took</h2><table>{took}</table></html>
""",
        encoding="utf-8",
    )
