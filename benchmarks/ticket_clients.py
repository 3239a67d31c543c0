"""The 32 clients of ``motcua bench ticket``, in a process of their own."""

from __future__ import annotations

import json
import sys

from benchmarks.ticket import clients

if __name__ == "__main__":
    print(json.dumps(clients(json.load(sys.stdin))))
