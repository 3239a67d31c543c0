"""An officer's photo: cut square and drawn anew, so that no metadata and no hostile bytes stay in it."""

from __future__ import annotations

import io
from typing import Final

from queue_core.errors import register
from queue_hub.account_errors import AccountError

SIDE_PX: Final = 320
PHOTO_MAX_BYTES: Final = 200_000
UPLOAD_MAX_BYTES: Final = 5 * 1024 * 1024
#: no telephone's portrait has more
_MAX_PIXELS: Final = 60_000_000

register(
    {
        "account.photo": (
            "Không đọc được ảnh này. Mời chọn ảnh JPEG hoặc PNG, tối đa 5 MB.",
            "This picture cannot be read. Choose a JPEG or PNG of at most 5 MB.",
        ),
    }
)


def square_jpeg(picture: bytes) -> bytes:
    """A JPEG or PNG of any size as a square JPEG of 320 px, at most :data:`PHOTO_MAX_BYTES`.

    Raises account.photo. Pillow is imported at the first photo only.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as raw:
            if len(picture) > UPLOAD_MAX_BYTES or raw.width * raw.height > _MAX_PIXELS:
                raise AccountError("account.photo")
            raw.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
            upright = ImageOps.exif_transpose(raw).convert("RGB")
        square = ImageOps.fit(upright, (SIDE_PX, SIDE_PX), centering=(0.5, 0.35))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AccountError("account.photo") from error
    for quality in (86, 70, 50):
        out = io.BytesIO()
        square.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= PHOTO_MAX_BYTES:
            break
    return out.getvalue()
