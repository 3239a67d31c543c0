"""The office's broker: mosquitto, configured and started by us."""

from queue_kit.broker.accounts import Account, Role, office_accounts
from queue_kit.broker.config import TlsListener
from queue_kit.broker.errors import BrokerError
from queue_kit.broker.process import Broker, find_mosquitto, free_port

__all__ = ["Account", "Broker", "BrokerError", "Role", "TlsListener", "find_mosquitto", "free_port", "office_accounts"]
