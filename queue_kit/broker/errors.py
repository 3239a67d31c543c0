"""The words of the broker's keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class BrokerError(MotcuaError, RuntimeError):
    """The broker cannot be started or is gone."""


register(
    {
        "broker.missing": (
            "Chưa cài chương trình mosquitto. Hãy cài gói mosquitto: sudo apt install mosquitto",
            "The program mosquitto is not installed. Install the package mosquitto: sudo apt install mosquitto",
        ),
        "broker.port_taken": (
            "Cổng {port} trên {host} đang có chương trình khác dùng. Hãy tắt chương trình đó hoặc chọn cổng khác.",
            "Port {port} on {host} is in use by another program. Stop that program or choose another port.",
        ),
        "broker.not_started": (
            "mosquitto không khởi động được: {detail}. Xem nhật ký {log}.",
            "mosquitto did not start: {detail}. See the log {log}.",
        ),
        "broker.bad_value": (
            "Giá trị {value} của {name} không dùng được trong cấu hình mosquitto. Cho phép: {allowed}.",
            "The value {value} of {name} cannot be used in mosquitto's configuration. Allowed: {allowed}.",
        ),
    }
)
